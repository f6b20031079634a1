import { createHash } from 'node:crypto';
import {
  AppError,
  type ChartEntry,
  type KioskContract,
  type ObservationSource,
  PARAMETERS,
  type RowRequest,
  type Visit,
} from '@shimabashi/contracts';
import {
  buildObservation,
  isPlausible,
  type ObservationInput,
  readObservation,
  uuidOfDigest,
} from '@shimabashi/clinical';
import { type ChartLog, type StoredVersion } from '@shimabashi/sync';
import { entryOf } from './chart-reads.ts';
import { type Change, type ChartWriter } from './chart-writer.ts';
import { type HeldSamples } from './held-samples.ts';
import { type Actor } from './session.ts';
import { type Visits } from './visits.ts';

type SaveRequest = RowRequest<KioskContract, 'observations.save'>;
type Entry = SaveRequest['entries'][number];
type PlacedEntry = Entry & { readonly observationId: string };

/** Who was not answered asks again within a minute; these are more than are measured in the time. */
const ASKED_AGAIN_WITHIN_MS = 86_400_000;
const ASKED_AGAIN_MAX = 200;

export interface ObservationsDeps {
  readonly log: ChartLog;
  readonly writer: ChartWriter;
  readonly visits: Visits;
  readonly samples: HeldSamples;
  readonly nowMs: () => number;
}

/** Saving vital signs: what the kiosk itself received, or what a nurse entered with a reason. */
export class Observations {
  readonly #deps: ObservationsDeps;

  constructor(deps: ObservationsDeps) {
    this.#deps = deps;
  }

  /**
   * Saves all entries or none, and gives them as they stand in the chart. What was saved before
   * under the same operation id is given again, also after the visit: pressing twice is harmless. One
   * sample is one entry in its visit, whoever saves it, however often.
   *
   * @throws AppError `VISIT_CLOSED`, `SAMPLE_EXPIRED`, `SAMPLE_ABSENT`, `BAD_REQUEST` for a value
   * that cannot be meant, `CONFLICT` when an operation id is used for two things, `DISK_FULL`.
   */
  save(request: SaveRequest, actor: Actor): ChartEntry[] {
    const { encounterId, entries } = request;
    if (new Set(entries.map(entry => entry.operationId)).size !== entries.length) {
      throw new AppError('BAD_REQUEST', 'Two entries have one operation id.', { details: { at: 'entries' } });
    }
    const placed = entries.map(entry => ({ ...entry, observationId: idOf(entry, encounterId, actor) }));
    const unsaved = placed.filter(
      (entry, index) =>
        this.#saved(entry, encounterId) === undefined &&
        placed.findIndex(({ observationId }) => observationId === entry.observationId) === index,
    );
    if (unsaved.length > 0) {
      const visit = this.#deps.visits.requireOpen(encounterId, actor);
      const changes = unsaved.map(entry => this.#change(entry, visit, actor));
      this.#deps.writer.write(changes, actor, visit.patientId);
    }
    return placed.map(entry => entryOf(this.#saved(entry, encounterId)!));
  }

  /** What was saved of it before: of this sample, or by this operation, whose answer was lost. */
  #saved(entry: PlacedEntry, encounterId: string): StoredVersion | undefined {
    const { observationId, operationId } = entry;
    const { log } = this.#deps;
    const first =
      log.history(observationId)[0] ?? log.history(operationId)[0] ?? this.#madeBy(operationId, encounterId);
    if (first === undefined) return undefined;
    const { resource } = first.operation;
    const isOurs =
      resource.resourceType === 'Observation' &&
      (resource.id !== operationId || first.operation.operationId === operationId);
    if (!isOurs || readObservation(resource).encounterId !== encounterId) {
      throw new AppError('CONFLICT', 'The operation id was used for something else.');
    }
    return first;
  }

  /** Of late, among the observations of the patient whose visit it is. */
  #madeBy(operationId: string, encounterId: string): StoredVersion | undefined {
    const { log, nowMs } = this.#deps;
    const patientId = log.history(encounterId)[0]?.operation.patientId ?? null;
    if (patientId === null) return undefined;
    return log
      .observations({ patientId, fromMs: nowMs() - ASKED_AGAIN_WITHIN_MS, limit: ASKED_AGAIN_MAX })
      .find(({ operation }) => operation.operationId === operationId);
  }

  #change(entry: PlacedEntry, visit: Visit, actor: Actor): Change {
    const { operationId, observationId, source } = entry;
    const resource = buildObservation({
      observationId,
      patientId: visit.patientId,
      encounterId: visit.encounterId,
      performerId: actor.nurse.practitionerId,
      ...this.#measurement(source, visit),
    });
    const reason = source.kind === 'by-hand' ? source.reason : null;
    return { operationId, baseVersionId: null, resource, patientId: visit.patientId, reason };
  }

  #measurement(
    source: ObservationSource,
    visit: Visit,
  ): Pick<ObservationInput, 'parameter' | 'measured' | 'effectiveAtMs' | 'source'> {
    if (source.kind === 'by-hand') {
      checkByHand(source);
      return {
        parameter: source.parameter,
        measured: { status: 'measured', value: source.value },
        effectiveAtMs: this.#deps.nowMs(),
        source: { method: 'by-hand', reason: source.reason },
      };
    }
    const sample = this.#deps.samples.measuredIn(visit.encounterId, source.sampleId);
    return {
      parameter: sample.parameter,
      measured: sample.measured,
      effectiveAtMs: sample.measuredAtMs ?? sample.receivedAtMs,
      source: {
        method: 'device',
        device: { id: sample.deviceId, name: sample.deviceName ?? null },
        quality: sample.quality,
        sampleId: sample.sampleId,
        rawHex: sample.rawHex,
        deviceTime: sample.deviceTime,
      },
    };
  }
}

/** An entry by hand has the id of its operation; a sample has one of its own in each visit. */
function idOf({ operationId, source }: Entry, encounterId: string, actor: Actor): string {
  if (source.kind === 'by-hand') return operationId;
  const text = `observation/${actor.deviceId}/${encounterId}/${source.sampleId}`;
  return uuidOfDigest(createHash('sha256').update(text).digest());
}

function checkByHand(source: Extract<ObservationSource, { kind: 'by-hand' }>): void {
  const { parameter, unit, value } = source;
  if (unit !== PARAMETERS[parameter].unit) {
    throw new AppError('BAD_REQUEST', 'The unit is not that of the parameter.', { details: { at: 'unit' } });
  }
  if (!isPlausible(parameter, value)) {
    throw new AppError('BAD_REQUEST', 'The value is outside of what can be measured.', {
      details: { at: 'value' },
    });
  }
  if (source.reason.trim() === '') {
    throw new AppError('BAD_REQUEST', 'A hand entry needs its reason.', { details: { at: 'reason' } });
  }
}
