import { readFileSync } from 'node:fs';
import * as z from 'zod';
import {
  AppError,
  Clinic,
  FhirId,
  issuePath,
  type StaffCredential,
  StaffMember,
} from '@shimabashi/contracts';
import { type IdentityStore } from './db/identity-store.ts';
import { hashSecret, type ScryptParameters, tokenHash, verifySecret } from './identity/secrets.ts';

/** How long a seeded code may be used if the seed does not say, in milliseconds. */
const CODE_MS = 24 * 60 * 60 * 1_000;

const SeededStaff = z
  .strictObject({
    ...StaffMember.shape,
    clinicIds: z.array(FhirId),
    /** In the clear: a nurse's PIN, a doctor's passphrase. Only its hash is kept. */
    secret: z.string().min(4).max(200),
  })
  .refine(staff => staff.role !== 'doctor' || staff.secret.length >= 12, {
    message: 'a passphrase has at least 12 characters',
    path: ['secret'],
  })
  .refine(staff => staff.role === 'doctor' || /^\d{4,8}$/.test(staff.secret), {
    message: 'a PIN has 4 to 8 digits',
    path: ['secret'],
  });

/**
 * Who and what there is before anybody can administer the hub: the practice, its clinics, its staff
 * and codes for kiosks to enrol with.
 */
export const Seed = z
  .strictObject({
    practice: z.strictObject({ name: z.string().min(1).max(80), nameLatin: z.string().max(80) }),
    clinics: z.array(Clinic).min(1),
    staff: z.array(SeededStaff),
    /** The doctors on duty, in the order to call them. Without it every doctor is, as listed. */
    duty: z.array(FhirId).max(16).optional(),
    enrolmentCodes: z.array(
      z.strictObject({
        code: z.string().min(8).max(64),
        clinicId: FhirId,
        name: z.string().min(1).max(80).nullable().default(null),
        expiresAtMs: z.number().int().nonnegative().optional(),
      }),
    ),
  })
  .refine(
    seed => {
      const known = new Set(seed.clinics.map(clinic => clinic.clinicId));
      const named = [
        ...seed.staff.flatMap(staff => staff.clinicIds),
        ...seed.enrolmentCodes.map(code => code.clinicId),
      ];
      return named.every(clinicId => known.has(clinicId));
    },
    { message: 'names a clinic that is not in it', path: ['clinics'] },
  )
  .refine(
    ({ staff, duty = [] }) => {
      const doctors = new Set(doctorIdsOf(staff));
      return duty.every(practitionerId => doctors.has(practitionerId));
    },
    { message: 'names somebody who is no doctor of it', path: ['duty'] },
  )
  .refine(({ duty = [] }) => new Set(duty).size === duty.length, {
    message: 'names somebody twice',
    path: ['duty'],
  });
export type Seed = z.input<typeof Seed>;

function doctorIdsOf(staff: readonly z.output<typeof SeededStaff>[]): string[] {
  return staff.filter(({ role }) => role === 'doctor').map(({ practitionerId }) => practitionerId);
}

/** @throws AppError `CONFIG_INVALID`, one line, nothing of the file's content in it. */
export function readSeedFile(file: string): z.output<typeof Seed> {
  let content: unknown;
  try {
    content = JSON.parse(readFileSync(file, 'utf8'));
  } catch (error) {
    const problem = error instanceof SyntaxError ? 'is not valid JSON' : 'cannot be read';
    throw new AppError('CONFIG_INVALID', `HUB_SEED_FILE: ${problem}`);
  }
  const parsed = Seed.safeParse(content);
  if (!parsed.success) {
    throw new AppError(
      'CONFIG_INVALID',
      `HUB_SEED_FILE: ${issuePath(parsed.error)}: ${parsed.error.issues[0]?.message}`,
    );
  }
  return parsed.data;
}

/**
 * Brings the seed into the store, in one transaction. The same seed twice changes nothing; a
 * changed one updates, and removes nobody.
 */
export async function applySeed(deps: {
  store: IdentityStore;
  seed: z.output<typeof Seed>;
  nowMs: () => number;
  scrypt?: ScryptParameters;
}): Promise<void> {
  const { store, seed, nowMs } = deps;
  const credentials = await Promise.all(
    seed.staff.map(async ({ secret, ...member }): Promise<StaffCredential> => {
      const known = store.staff(member.practitionerId)?.secretHash;
      const isKnown = known !== undefined && (await verifySecret(secret, known));
      return { ...member, secretHash: isKnown ? known : await hashSecret(secret, deps.scrypt) };
    }),
  );
  store.atomically(() => {
    store.savePractice(seed.practice);
    seed.clinics.forEach(store.saveClinic);
    for (const credential of credentials) {
      const known = store.staff(credential.practitionerId);
      // Whoever signed in with the former secret does so again.
      if (known !== undefined && known.secretHash !== credential.secretHash) {
        store.endSessionsOf(credential.practitionerId);
      }
      store.saveStaff(credential);
    }
    store.saveDuty(seed.duty ?? [...new Set(doctorIdsOf(seed.staff))]);
    for (const { code, clinicId, name, expiresAtMs } of seed.enrolmentCodes) {
      store.saveEnrolmentCode({
        codeHash: tokenHash(code),
        clinicId,
        name,
        expiresAtMs: expiresAtMs ?? nowMs() + CODE_MS,
      });
    }
  });
}
