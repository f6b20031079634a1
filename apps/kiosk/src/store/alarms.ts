import { createHash } from 'node:crypto';
import {
  type Alarm,
  type Alert,
  AppError,
  type BoundAlarm,
  type FromService,
  type ResourceEnvelope,
  SOUND_PAUSE_MS,
  type StaffMember,
} from '@shimabashi/contracts';
import { type AlarmFacts, buildAlarm, readAlarm, uuidOfDigest } from '@shimabashi/clinical';
import { type ChartLog, type StoredVersion } from '@shimabashi/sync';
import { type ChartWriter } from './chart-writer.ts';
import { type Actor } from './session.ts';
import { type StoreSettings } from './settings.ts';
import { type Visits } from './visits.ts';

export interface AlarmsDeps {
  readonly log: Pick<ChartLog, 'heads'>;
  readonly settings: StoreSettings;
  readonly writer: ChartWriter;
  readonly visits: Pick<Visits, 'current'>;
  readonly bootId: string;
  readonly nowMs: () => number;
  readonly send: (message: FromService) => void;
  /** The fast way to the hub, if there is a link. */
  readonly sendToHub: (bound: BoundAlarm) => void;
  /** Not kept: tried again at the next change. */
  readonly onNotKept: (error: unknown) => void;
}

/** After so long an alarm that was on before this kiosk was started says nothing about now. */
const KEPT_FOR_MS = 24 * 3_600_000;

/**
 * The alarms of this kiosk as its chart knows them: each is bound to the visit in which it was raised,
 * every transition is kept in the first lane and told to the hub at once, and what a nurse or a doctor
 * answers goes back to the devices service.
 */
export class Alarms {
  readonly #deps: AlarmsDeps;
  readonly #on = new Map<string, BoundAlarm>();
  /** Who answered here and is the author of the transition that follows. */
  readonly #answeredBy = new Map<string, string>();
  #isReconciled = false;

  constructor(deps: AlarmsDeps) {
    this.#deps = deps;
  }

  /** After a boot: what was on when the kiosk was last heard of goes on, without a signal at first. */
  begin(): void {
    const { settings, bootId, nowMs, send } = this.#deps;
    if (settings.get('alarms-boot') === bootId) return;
    this.#isReconciled = true;
    const kept = this.#openHeads()
      .map(head => this.#alarmOf(head))
      .filter(alarm => alarm !== undefined)
      .filter(({ raisedAtMs }) => nowMs() - raisedAtMs < KEPT_FOR_MS);
    if (kept.length > 0) send({ type: 'alarms-kept', alarms: kept.slice(0, ALARMS_MAX) });
    settings.set('alarms-boot', bootId);
  }

  /** Every alarm that is on, and those that have just been resolved, as the devices service says. */
  take(alarms: readonly Alarm[]): void {
    const ids = new Set(alarms.map(alarm => alarm.alarmId));
    for (const alarmId of this.#on.keys()) if (!ids.has(alarmId)) this.#on.delete(alarmId);
    for (const alarm of alarms) this.#takeOne(alarm);
    this.#reconcile(ids);
  }

  /** The link is back: the hub is told what is on; it knows each by its id. */
  resend(): void {
    for (const bound of this.#on.values()) {
      this.#keep(bound);
      this.#deps.sendToHub(bound);
    }
  }

  /** A doctor who has accepted has answered: the sound ends here too. */
  takeAlerts(alerts: readonly Alert[]): void {
    for (const { alertId, accepted } of alerts) {
      const bound = this.#on.get(alertId);
      if (accepted === null || bound === undefined || bound.alarm.acknowledged !== null) continue;
      const { by, atMs } = accepted;
      this.#deps.send({
        type: 'alarm-answer',
        answer: { kind: 'acknowledge', alarmId: alertId, by, atMs },
      });
    }
  }

  /** @throws AppError `NOT_FOUND` when it is not on. */
  acknowledge(alarmId: string, actor: Actor): void {
    this.#answer('acknowledge', alarmId, actor);
  }

  /** Until when it is quiet. @throws AppError `NOT_FOUND` when it is not on. */
  pauseSound(alarmId: string, actor: Actor): number {
    return this.#answer('pause-sound', alarmId, actor) + SOUND_PAUSE_MS;
  }

  #answer(kind: 'acknowledge' | 'pause-sound', alarmId: string, { nurse }: Actor): number {
    if (!this.#on.has(alarmId)) throw new AppError('NOT_FOUND', 'There is no such alarm now.');
    this.#answeredBy.set(alarmId, nurse.practitionerId);
    const atMs = this.#deps.nowMs();
    this.#deps.send({ type: 'alarm-answer', answer: { kind, alarmId, by: nurse, atMs } });
    return atMs;
  }

  #takeOne(alarm: Alarm): void {
    const before = this.#on.get(alarm.alarmId);
    if (before !== undefined && JSON.stringify(before.alarm) === JSON.stringify(alarm)) return;
    const bound = before === undefined ? this.#bind(alarm) : { ...before, alarm };
    if (alarm.state === 'resolved') this.#on.delete(alarm.alarmId);
    else this.#on.set(alarm.alarmId, bound);
    // Told before it is kept: a full disk must not keep the doctor away.
    this.#deps.sendToHub(bound);
    this.#keep(bound);
  }

  /** To the visit in which it was raised; one that is in the chart stays where it is. */
  #bind(alarm: Alarm): BoundAlarm {
    const facts = this.#factsOf(this.#head(alarm.alarmId)?.operation.resource);
    if (facts !== undefined) {
      return { alarm, patientId: facts.patientId, encounterId: facts.encounterId };
    }
    const visit = this.#deps.visits.current();
    const isOfVisit = visit !== null && alarm.raisedAtMs >= visit.openedAtMs;
    return {
      alarm,
      patientId: isOfVisit ? visit.patientId : null,
      encounterId: isOfVisit ? visit.encounterId : null,
    };
  }

  /** The next version of the alarm in the chart, if anything differs. Sent again, it is the same one. */
  #keep(bound: BoundAlarm): void {
    const enrolment = this.#deps.settings.get('enrolment');
    if (enrolment === undefined) return;
    const { alarm, patientId } = bound;
    try {
      const head = this.#head(alarm.alarmId);
      const resource = buildAlarm(bound, enrolment.deviceId);
      if (head !== undefined && isSame(head.operation.resource, resource)) return;
      const baseVersionId = head?.operation.operationId ?? null;
      const operationId = operationIdOf(baseVersionId, resource);
      const authorId = this.#answeredBy.get(alarm.alarmId) ?? enrolment.deviceId;
      this.#deps.writer.record(
        { operationId, baseVersionId, resource, patientId, reason: null },
        { authorId, ...enrolment },
      );
      this.#answeredBy.delete(alarm.alarmId);
    } catch (error) {
      this.#deps.onNotKept(error);
    }
  }

  /**
   * After this process was started anew: what the chart has as open and nobody knows of any more was
   * resolved while nobody was here to write it down.
   */
  #reconcile(known: ReadonlySet<string>): void {
    if (this.#isReconciled) return;
    this.#isReconciled = true;
    for (const head of this.#openHeads()) {
      const alarm = this.#alarmOf(head);
      if (alarm === undefined || known.has(alarm.alarmId)) continue;
      this.#keep({ ...this.#bind(alarm), alarm: { ...alarm, state: 'resolved' } });
    }
  }

  #openHeads(): StoredVersion[] {
    const clinicId = this.#deps.settings.get('enrolment')?.clinicId;
    if (clinicId === undefined) return [];
    const heads = this.#deps.log.heads({ resourceType: 'DetectedIssue', clinicIds: [clinicId] });
    const deviceId = this.#deps.settings.get('enrolment')?.deviceId;
    return heads.filter(
      ({ operation }) => operation.resource['status'] === 'preliminary' && operation.deviceId === deviceId,
    );
  }

  #head(alarmId: string): StoredVersion | undefined {
    return this.#deps.log.heads({ resourceType: 'DetectedIssue', resourceId: alarmId })[0];
  }

  #factsOf(resource: ResourceEnvelope | undefined): AlarmFacts | undefined {
    return resource === undefined ? undefined : readAlarm(resource);
  }

  #alarmOf(head: StoredVersion): Alarm | undefined {
    const facts = this.#factsOf(head.operation.resource);
    if (facts === undefined) return undefined;
    const { patientId: _patient, encounterId: _encounter, acknowledged, ...alarm } = facts;
    return {
      ...alarm,
      acknowledged:
        acknowledged === null ? null : { by: this.#staffOf(acknowledged), atMs: acknowledged.atMs },
      soundPaused: null,
    };
  }

  #staffOf({ practitionerId, name }: { practitionerId: string; name: string }): StaffMember {
    const known = this.#deps.settings.get('staff')?.find(each => each.practitionerId === practitionerId);
    const { nameLatin = '', role = 'nurse' } = known ?? {};
    return { practitionerId, name: name || practitionerId, nameLatin, role };
  }
}

/** As in `ToService` and `FromService`. */
const ALARMS_MAX = 64;

function isSame(one: ResourceEnvelope, other: ResourceEnvelope): boolean {
  return JSON.stringify(one) === JSON.stringify(other);
}

/** The same change of the same version has the same id, also after a crash before it was known to be kept. */
function operationIdOf(baseVersionId: string | null, resource: ResourceEnvelope): string {
  const text = `alarm-version\n${baseVersionId ?? ''}\n${JSON.stringify(resource)}`;
  return uuidOfDigest(createHash('sha256').update(text).digest());
}
