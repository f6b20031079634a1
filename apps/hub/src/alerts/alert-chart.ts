import { buildAlertAnswer } from '@shimabashi/clinical';
import { AppError, assert } from '@shimabashi/contracts';
import { CONSOLE_DEVICE_ID, type HubWriter } from '../chart/hub-writer.ts';
import { type Clock } from '../clock.ts';
import { type AlertNote, type AlertStore } from './alert-store.ts';

/** A chart that refused (a full disk) is not asked at every look. */
const RETRY_AFTER_MS = 5_000;

export interface AlertChartDeps {
  readonly store: AlertStore;
  readonly writer: Pick<HubWriter, 'write'>;
  readonly clock: Pick<Clock, 'nowMs'>;
  readonly reportUnexpected: (error: unknown) => void;
}

/**
 * Brings what doctors did about alerts into the chart, with its audit. The database of alerts and the
 * chart are two files, so that a note waits in the first until it is in the second: a hub that is
 * killed between them writes it once more under the same id, which changes nothing.
 */
export class AlertChart {
  readonly #deps: AlertChartDeps;
  #notBeforeMs = 0;

  constructor(deps: AlertChartDeps) {
    this.#deps = deps;
  }

  look(): void {
    const { store, clock, reportUnexpected } = this.#deps;
    if (clock.nowMs() < this.#notBeforeMs) return;
    for (const note of store.dueNotes()) {
      try {
        this.#write(note);
      } catch (error) {
        reportUnexpected(error);
        this.#notBeforeMs = clock.nowMs() + RETRY_AFTER_MS;
        if (error instanceof AppError && error.code === 'DISK_FULL') return;
      }
    }
  }

  #write({ noteId, alertId, kind, staff, atMs }: AlertNote): void {
    const { store, writer } = this.#deps;
    const alert = store.find(alertId)?.alert;
    assert(alert !== undefined, 'a note is about an alert that is kept');
    const { clinicId, patientId, encounterId, kioskDeviceId, priority } = alert;
    const { practitionerId } = staff;
    const own = alert.steps.find(step => step.staff.practitionerId === practitionerId);
    const resource = buildAlertAnswer({
      answerId: noteId,
      alertId,
      kind,
      patientId,
      encounterId,
      kioskDeviceId,
      practitionerId,
      priority,
      calledAtMs: own?.atMs ?? atMs,
      answeredAtMs: atMs,
    });
    writer.write([{ operationId: noteId, baseVersionId: null, resource, reason: null }], {
      patientId,
      clinicId,
      authorId: practitionerId,
      deviceId: CONSOLE_DEVICE_ID,
    });
    store.noteWritten(noteId);
  }
}
