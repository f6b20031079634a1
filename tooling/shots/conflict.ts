import { generateKeyPairSync, randomUUID, sign } from 'node:crypto';
import { buildAllergy } from '@shimabashi/clinical';
import {
  type ChartEntry,
  hubContract,
  type HubContract,
  type HubRow,
  type Operation,
  type RowRequest,
  type RowResponse,
  type RowResult,
} from '@shimabashi/contracts';
import { DEMO_STAFF, type DemoPatient } from '../demo/people.ts';
import { signInDoctor } from '../system/clients.ts';
import { spareEnrolmentCode, type System } from '../system/system.ts';

/**
 * Two versions of one allergy from one base, as two people write them who do not hear each other.
 * They come to the hub from a second kiosk of the clinic. Does nothing where they are there already.
 */
export async function makeConflict(system: System, person: DemoPatient): Promise<void> {
  const { clinicId, patientId, base, versions } = await allergyOf(system, person);
  const { allergy } = person;
  if (versions > 1) return;
  if (allergy === null) throw new Error('Assertion failed: the person of this scene has an allergy');
  const kiosk = await enrolKiosk(system, clinicId);
  const [nurse, doctor] = DEMO_STAFF;
  const version = (
    author: (typeof DEMO_STAFF)[number],
    told: { reaction: string; reactionLatin: string; severe: boolean; reason: string; agoMs: number },
  ): Operation => ({
    operationId: randomUUID(),
    baseVersionId: base.versionId,
    resource: buildAllergy({
      allergyId: base.resource.id,
      patientId,
      allergy: {
        kind: 'allergy',
        substance: { text: allergy.text, latin: allergy.latin },
        reaction: { text: told.reaction, latin: told.reactionLatin },
        severe: told.severe,
      },
      recordedOn: allergy.on,
      recorderId: author.practitionerId,
    }),
    patientId,
    clinicId,
    authorId: author.practitionerId,
    deviceId: kiosk.deviceId,
    reason: told.reason,
    authoredAtMs: Date.now() - told.agoMs,
  });
  const { results } = await kiosk.call('sync.push', {
    operations: [
      version(nurse!, {
        reaction: '呼吸困難',
        reactionLatin: 'Dyspnoea',
        severe: true,
        reason: '家族から聞いた',
        agoMs: 9 * 60_000,
      }),
      version(doctor!, {
        reaction: '口のかゆみ',
        reactionLatin: 'Itching of the mouth',
        severe: false,
        reason: '紹介状のとおりに直した',
        agoMs: 4 * 60_000,
      }),
    ],
  });
  if (results.at(-1)?.outcome !== 'conflict')
    throw new Error(`The hub did not see a conflict: ${JSON.stringify(results)}`);
}

async function allergyOf(
  system: System,
  person: DemoPatient,
): Promise<{ clinicId: string; patientId: string; base: ChartEntry; versions: number }> {
  const doctor = await signInDoctor(system);
  const { patients } = await doctor.call('patients.list', {});
  const line = patients.find(({ patient }) => JSON.stringify(patient).includes(person.cardNumber));
  if (line === undefined) throw new Error('Assertion failed: the person of this scene is on the list');
  const patientId = line.patient.id;
  const { resources } = await doctor.call('patients.get', { patientId });
  const allergies = resources.filter(({ resource }) => resource.resourceType === 'AllergyIntolerance');
  return { clinicId: line.clinicId, patientId, base: allergies[0]!, versions: allergies.length };
}

/** A program that is to the hub what a kiosk is: enrolled by a code, known by its key. */
async function enrolKiosk(system: System, clinicId: string) {
  const { publicKey, privateKey } = generateKeyPairSync('ed25519');
  const ask = async <Row extends HubRow>(
    row: Row,
    request: RowRequest<HubContract, Row>,
    token?: string,
  ): Promise<RowResponse<HubContract, Row>> => {
    const answer = await fetch(`${system.hub.origin}/api/${row}`, {
      method: 'POST',
      headers: {
        'content-type': 'application/json',
        ...(token === undefined ? {} : { authorization: `Bearer ${token}` }),
      },
      body: JSON.stringify(request),
    });
    const result = (await answer.json()) as RowResult;
    if (!result.ok) throw new Error(`The hub refused ${row}: ${result.error.code}`);
    return hubContract[row].response.parse(result.body) as never;
  };
  const { deviceId } = await ask('device.enrol', {
    code: spareEnrolmentCode(clinicId),
    publicKey: publicKey.export({ format: 'jwk' }).x!,
    name: 'キオスク 2',
  });
  const { challenge } = await ask('device.challenge', { deviceId });
  const signature = sign(null, Buffer.from(challenge, 'utf8'), privateKey).toString('base64url');
  const { token } = await ask('device.sign-in', { deviceId, challenge, signature });
  return {
    deviceId,
    call: <Row extends HubRow>(row: Row, request: RowRequest<HubContract, Row>) => ask(row, request, token),
  };
}
