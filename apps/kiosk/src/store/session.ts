import {
  AppError,
  type Clinic,
  type KioskEvent,
  type StaffCredential,
  type StaffMember,
} from '@shimabashi/contracts';
import { type AuditNote, type ChartLog } from '@shimabashi/sync';
import { isPin } from './pin.ts';
import { type StoreSettings } from './settings.ts';

/** Who acts, on which kiosk, in whose charts. */
export interface Actor {
  readonly nurse: StaffMember;
  readonly deviceId: string;
  readonly clinicId: string;
}

/** So many wrong PINs in a row, and the next try has to wait. */
const WRONG_TRIES_MAX = 5;
const LOCK_MS = 60_000;

export interface SessionDeps {
  readonly log: ChartLog;
  readonly settings: StoreSettings;
  readonly bootId: string;
  readonly nowMs: () => number;
  readonly emit: (event: KioskEvent) => void;
}

/** Who is signed in at this kiosk: one nurse at a time, by PIN, also without the hub. */
export class Session {
  readonly #deps: SessionDeps;

  constructor(deps: SessionDeps) {
    this.#deps = deps;
  }

  clinic(): Clinic | null {
    return this.#deps.settings.get('clinic') ?? null;
  }

  /** Null until this kiosk is enrolled. */
  deviceId(): string | null {
    return this.#deps.settings.get('enrolment')?.deviceId ?? null;
  }

  /** Who may sign in here. */
  nurses(): StaffMember[] {
    return this.#credentials().map(memberOf);
  }

  /** Nobody after a boot, and nobody whom the hub no longer lists. */
  current(): StaffMember | null {
    const session = this.#deps.settings.get('session');
    if (session?.bootId !== this.#deps.bootId) return null;
    const credential = this.#credentialOf(session.practitionerId);
    return credential === undefined ? null : memberOf(credential);
  }

  /** @throws AppError `SIGN_IN_REQUIRED`; `FORBIDDEN` on a kiosk that is not enrolled. */
  actor(): Actor {
    const nurse = this.current();
    if (nurse === null) throw new AppError('SIGN_IN_REQUIRED', 'Nobody is signed in.');
    const enrolment = this.#deps.settings.get('enrolment');
    if (enrolment === undefined) throw new AppError('FORBIDDEN', 'This kiosk is not enrolled.');
    return { nurse, ...enrolment };
  }

  /** @throws AppError `SIGN_IN_FAILED`, `TOO_MANY_ATTEMPTS`. */
  async signIn(practitionerId: string, pin: string): Promise<StaffMember> {
    const credential = this.#credentialOf(practitionerId);
    if (credential === undefined) throw signInFailed();
    // Counted before the PIN is looked at: neither many tries at once nor a restart are free.
    this.#countTry(practitionerId);
    if (!(await isPin(pin, credential.secretHash))) {
      this.#audit('sign-in-refused', practitionerId);
      throw signInFailed();
    }
    this.#forgetTries(practitionerId);
    this.#deps.settings.set('session', { practitionerId, bootId: this.#deps.bootId });
    this.#audit('sign-in', practitionerId);
    const nurse = memberOf(credential);
    this.#deps.emit({ event: 'session', nurse });
    return nurse;
  }

  signOut(): void {
    const nurse = this.current();
    if (nurse === null) return;
    this.#deps.settings.set('session', null);
    this.#audit('sign-out', nurse.practitionerId);
    this.#deps.emit({ event: 'session', nurse: null });
  }

  #credentials(): StaffCredential[] {
    const clinicId = this.#deps.settings.get('enrolment')?.clinicId;
    if (clinicId === undefined) return [];
    const staff = this.#deps.settings.get('staff') ?? [];
    return staff.filter(member => member.role === 'nurse' && member.clinicIds.includes(clinicId));
  }

  #credentialOf(practitionerId: string): StaffCredential | undefined {
    return this.#credentials().find(credential => credential.practitionerId === practitionerId);
  }

  #countTry(practitionerId: string): void {
    const nowMs = this.#deps.nowMs();
    const attempts = this.#deps.settings.get('sign-in-attempts') ?? {};
    const { wrong, lockedUntilMs } = attempts[practitionerId] ?? { wrong: 0, lockedUntilMs: 0 };
    const waitMs = lockedUntilMs - nowMs;
    // Longer than a lock ever is: the clock was set back, and nobody shall wait for that.
    if (waitMs > 0 && waitMs <= LOCK_MS) {
      throw new AppError('TOO_MANY_ATTEMPTS', 'Too many wrong PINs.', { details: { retryAfterMs: waitMs } });
    }
    const tries = wrong + 1;
    const next =
      tries >= WRONG_TRIES_MAX
        ? { wrong: 0, lockedUntilMs: nowMs + LOCK_MS }
        : { wrong: tries, lockedUntilMs: 0 };
    this.#deps.settings.set('sign-in-attempts', { ...attempts, [practitionerId]: next });
  }

  #forgetTries(practitionerId: string): void {
    const attempts = this.#deps.settings.get('sign-in-attempts') ?? {};
    const { [practitionerId]: _, ...others } = attempts;
    this.#deps.settings.set('sign-in-attempts', others);
  }

  #audit(action: AuditNote['action'], actorId: string): void {
    const deviceId = this.#deps.settings.get('enrolment')?.deviceId ?? 'not-enrolled';
    this.#deps.log.audit({ actorId, deviceId, action, patientId: null, atMs: this.#deps.nowMs() });
  }
}

function memberOf({ practitionerId, name, nameLatin, role }: StaffCredential): StaffMember {
  return { practitionerId, name, nameLatin, role };
}

function signInFailed(): AppError {
  return new AppError('SIGN_IN_FAILED', 'Name and PIN do not belong together.');
}
