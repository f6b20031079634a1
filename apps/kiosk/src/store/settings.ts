import * as z from 'zod';
import {
  Call,
  Clinic,
  EnrolledDevice,
  FhirId,
  RescueReport,
  StaffCredential,
  Visit,
} from '@shimabashi/contracts';
import { type ChartLog } from '@shimabashi/sync';

/** What the store keeps beside the chart, in the same encrypted file. */
const SETTINGS = {
  /** Who is signed in, and in which boot. */
  session: z.object({ practitionerId: FhirId, bootId: z.string() }),
  /** The boot in which it was looked at what alarms had been on before. */
  'alarms-boot': z.string(),
  /** The patient in front of the kiosk, and in which boot. */
  visit: z.object({ visit: Visit, bootId: z.string() }),
  /** Who this kiosk is to the hub. */
  enrolment: z.object({ deviceId: FhirId, clinicId: FhirId }),
  /** Our Ed25519 key as a JSON Web Key (RFC 8037). Made here; the private part never leaves. */
  'device-key': z.object({ kty: z.literal('OKP'), crv: z.literal('Ed25519'), x: z.string(), d: z.string() }),
  /** The call that the hub told of last, in our time, and in which boot. */
  call: z.object({ call: Call, bootId: z.string() }),
  /** By nurses, at this kiosk. */
  'enrolled-devices': z.array(
    EnrolledDevice.extend({ enrolledBy: FhirId, enrolledAtMs: z.number().int().nonnegative() }),
  ),
  /** What a damaged file has cost, until a nurse has seen it. */
  rescue: RescueReport,
  clinic: Clinic,
  staff: z.array(StaffCredential),
  /** Wrong PINs since the last right one, by practitioner. */
  'sign-in-attempts': z.record(
    z.string(),
    z.object({ wrong: z.number().int().nonnegative(), lockedUntilMs: z.number() }),
  ),
} as const;

type Settings = { readonly [Name in keyof typeof SETTINGS]: z.infer<(typeof SETTINGS)[Name]> };
type SettingName = keyof Settings;

/** Typed access to the log's settings. What does not fit its schema counts as not set. */
export class StoreSettings {
  readonly #log: Pick<ChartLog, 'getSetting' | 'setSetting'>;
  readonly #onSet: (name: SettingName) => void;

  constructor(
    log: Pick<ChartLog, 'getSetting' | 'setSetting'>,
    onSet: (name: SettingName) => void = () => {},
  ) {
    this.#log = log;
    this.#onSet = onSet;
  }

  get<Name extends SettingName>(name: Name): Settings[Name] | undefined {
    const text = this.#log.getSetting(name);
    if (text === undefined) return undefined;
    const parsed = SETTINGS[name].safeParse(JSON.parse(text));
    return parsed.success ? (parsed.data as Settings[Name]) : undefined;
  }

  set<Name extends SettingName>(name: Name, value: Settings[Name] | null): void {
    this.#log.setSetting(name, value === null ? null : JSON.stringify(value));
    this.#onSet(name);
  }
}
