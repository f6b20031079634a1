import { isDeepStrictEqual } from 'node:util';
import { type Call, HUB_DEVICE_ID, type ResourceEnvelope } from '@shimabashi/contracts';
import { buildConsult, type ConsultParticipant } from '@shimabashi/clinical';
import { type ChartLog } from '@shimabashi/sync';
import { derivedId } from '../chart/derived-id.ts';
import { type HubWriter } from '../chart/hub-writer.ts';
import { type CallStore, type Presence } from '../db/call-store.ts';

export interface ConsultRecordsDeps {
  readonly store: CallStore;
  readonly log: ChartLog;
  readonly writer: HubWriter;
  readonly reportUnexpected: (error: unknown) => void;
}

/**
 * Writes each call that connected into the chart: who was in it, and when. When it connects (or when
 * it is known whom it is about, if that is later), and when it ends. A call that never connected is
 * no consult, and one that nobody said whom it was about belongs to no chart.
 *
 * Calls and chart are two databases: what is due stays marked in the first until it is in the second.
 */
export class ConsultRecords {
  readonly #deps: ConsultRecordsDeps;

  constructor(deps: ConsultRecordsDeps) {
    this.#deps = deps;
  }

  /** Writes what is due. What does not succeed (a full disk) stays due, and is tried again. */
  write(): void {
    const { store, reportUnexpected } = this.#deps;
    for (const call of store.callsToRecord()) {
      try {
        this.#writeOne(call);
        store.callRecorded(call.callId);
      } catch (error) {
        reportUnexpected(error);
      }
    }
  }

  #writeOne(call: Call): void {
    const { patientId, clinicId, callId } = call;
    if (patientId === null || call.connectedAtMs === null) return;
    const resource = this.#resourceOf({ ...call, patientId, connectedAtMs: call.connectedAtMs });
    const [head] = this.#deps.log.heads({ resourceId: callId });
    if (head !== undefined && isDeepStrictEqual(head.operation.resource, jsonOf(resource))) return;
    const baseVersionId = head?.operation.operationId ?? null;
    const operationId = derivedId('consult', callId, baseVersionId ?? '');
    this.#deps.writer.write([{ operationId, baseVersionId, resource, reason: null }], {
      patientId,
      clinicId,
      authorId: HUB_DEVICE_ID,
      deviceId: HUB_DEVICE_ID,
    });
  }

  #resourceOf(call: Call & { patientId: string; connectedAtMs: number }): ResourceEnvelope {
    return buildConsult({
      consultId: call.callId,
      patientId: call.patientId,
      visitId: call.encounterId,
      clinicId: call.clinicId,
      startedAtMs: call.connectedAtMs,
      endedAtMs: call.endedAtMs,
      participants: participantsOf(call, this.#deps.store.presences(call.callId)),
    });
  }
}

/** Each person once, from the first coming to the last going; before anybody came, who took the call. */
function participantsOf(
  call: Call & { connectedAtMs: number },
  presences: readonly Presence[],
): ConsultParticipant[] {
  const known = new Map<string, ConsultParticipant>();
  for (const { staff, joinedAtMs, leftAtMs } of presences) {
    if (staff === null) continue;
    const before = known.get(staff.practitionerId);
    const untilMs =
      leftAtMs === null || before?.untilMs === null ? null : Math.max(leftAtMs, before?.untilMs ?? 0);
    known.set(staff.practitionerId, { staff, fromMs: before?.fromMs ?? joinedAtMs, untilMs });
  }
  for (const staff of [call.doctor, call.nurse]) {
    if (staff === null || known.has(staff.practitionerId)) continue;
    // Took the call and never came in: the end says so.
    known.set(staff.practitionerId, { staff, fromMs: call.connectedAtMs, untilMs: call.endedAtMs });
  }
  return [...known.values()];
}

/** As it comes back from the disk. */
function jsonOf(resource: ResourceEnvelope): unknown {
  return JSON.parse(JSON.stringify(resource));
}
