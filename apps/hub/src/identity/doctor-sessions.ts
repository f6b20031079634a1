import { AppError, type StaffMember } from '@shimabashi/contracts';
import { type IdentityStore, type Session } from '../db/identity-store.ts';
import { type AttemptLimit, AttemptLimiter } from './attempts.ts';
import { hashSecret, randomToken, type ScryptParameters, tokenHash, verifySecret } from './secrets.ts';

/** A working day. After it the doctor signs in again. */
export const SESSION_MS = 12 * 60 * 60 * 1_000;

/** Five wrong tries an account; more for an address, where a hospital's doctors share one. */
const PER_ACCOUNT: AttemptLimit = { attempts: 5, withinMs: 15 * 60 * 1_000 };
const PER_ADDRESS: AttemptLimit = { attempts: 30, withinMs: 15 * 60 * 1_000 };

/**
 * Doctors' sessions: a random token in a cookie, of which the database keeps the hash, so that a
 * hub that was killed asks nobody to sign in again.
 */
export type DoctorSessions = ReturnType<typeof createDoctorSessions>;

export function createDoctorSessions(deps: {
  store: IdentityStore;
  nowMs: () => number;
  /** Called when a session has ended: what still hangs on it is closed. */
  onEnded: (sessionTokenHash: string) => void;
  scrypt?: ScryptParameters;
}) {
  const { store, nowMs, onEnded } = deps;
  const accounts = new AttemptLimiter({ limit: PER_ACCOUNT, nowMs });
  const addresses = new AttemptLimiter({ limit: PER_ADDRESS, nowMs });
  // Checked when there is no such doctor: both refusals then take equally long.
  const nobody = hashSecret(randomToken(), deps.scrypt);

  return {
    /**
     * Signs a doctor in. Wrong account, wrong role and wrong passphrase look the same.
     *
     * @throws AppError `SIGN_IN_FAILED`, `TOO_MANY_ATTEMPTS`
     */
    async signIn(request: {
      readonly practitionerId: string;
      readonly passphrase: string;
      readonly address: string;
    }): Promise<{ readonly token: string; readonly staff: StaffMember }> {
      const takeBackAddress = addresses.begin(request.address);
      accounts.begin(request.practitionerId);
      const credential = store.staff(request.practitionerId);
      const matches = await verifySecret(request.passphrase, credential?.secretHash ?? (await nobody));
      if (!matches || credential?.role !== 'doctor') {
        throw new AppError('SIGN_IN_FAILED', 'Name and passphrase do not fit.');
      }
      takeBackAddress();
      accounts.forgive(request.practitionerId);
      const token = randomToken();
      store.endExpiredSessions(nowMs());
      store.saveSession({
        tokenHash: tokenHash(token),
        practitionerId: credential.practitionerId,
        expiresAtMs: nowMs() + SESSION_MS,
      });
      const { practitionerId, name, nameLatin, role } = credential;
      return { token, staff: { practitionerId, name, nameLatin, role } };
    },

    /** The session of a cookie; undefined when it is no doctor's, or over. */
    find(token: string): Session | undefined {
      const session = store.session(tokenHash(token), nowMs());
      return session?.staff.role === 'doctor' ? session : undefined;
    },

    end(sessionTokenHash: string): void {
      store.endSession(sessionTokenHash);
      onEnded(sessionTokenHash);
    },
  };
}
