import { type StaffMember } from '@shimabashi/contracts';
import { type IdentityStore } from '../db/identity-store.ts';

/**
 * The doctors on duty for one clinic, in the order to call them: those of the practice's roster who
 * may see this clinic's patients. Empty where the roster has nobody for it.
 */
export function dutyDoctors(store: Pick<IdentityStore, 'onDuty'>, clinicId: string): StaffMember[] {
  return store
    .onDuty()
    .filter(({ role, clinicIds }) => role === 'doctor' && clinicIds.includes(clinicId))
    .map(({ practitionerId, name, nameLatin, role }) => ({ practitionerId, name, nameLatin, role }));
}
