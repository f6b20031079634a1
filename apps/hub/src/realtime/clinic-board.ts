import { type ClinicStatus } from '@shimabashi/contracts';
import { type ChartLog } from '@shimabashi/sync';
import { type IdentityStore } from '../db/identity-store.ts';
import { type Fleet } from './fleet.ts';

/** How fresh the hub's picture of each clinic is: what the console's first page shows. */
export class ClinicBoard {
  readonly #deps: { readonly store: IdentityStore; readonly log: ChartLog; readonly fleet: Fleet };
  /** Counting reads every patient, and a status is sent twice a second: counted after changes only. */
  readonly #patientCounts = new Map<string, number>();

  constructor(deps: { store: IdentityStore; log: ChartLog; fleet: Fleet }) {
    this.#deps = deps;
  }

  /** Of these clinics, those that there are. */
  statuses(clinicIds: readonly string[]): ClinicStatus[] {
    return this.#deps.store
      .clinics()
      .filter(({ clinic }) => clinicIds.includes(clinic.clinicId))
      .map(({ clinic, lastChangeAtMs }) => ({
        clinic,
        kiosks: this.#deps.fleet.kiosksOf(clinic.clinicId),
        lastChangeAtMs,
        patientCount: this.#patientCount(clinic.clinicId),
      }));
  }

  chartChanged(clinicId: string): void {
    this.#patientCounts.delete(clinicId);
  }

  #patientCount(clinicId: string): number {
    const known = this.#patientCounts.get(clinicId);
    if (known !== undefined) return known;
    const heads = this.#deps.log.heads({ resourceType: 'Patient', clinicIds: [clinicId] });
    const count = new Set(heads.map(head => head.operation.resource.id)).size;
    this.#patientCounts.set(clinicId, count);
    return count;
  }
}
