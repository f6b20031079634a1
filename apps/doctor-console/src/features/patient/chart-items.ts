import { type ObservationFacts, readObservation } from '@shimabashi/clinical';
import { type ChartEntry, PARAMETERS } from '@shimabashi/contracts';
import { readOrNull } from '../queue/queue-rows.ts';

/**
 * One resource of a chart with the versions that nothing has replaced yet. Two of them are a
 * conflict: both are true of somebody, and a clinician decides.
 */
export interface ChartItem {
  readonly key: string;
  /** Newest first by their authors' clocks, which decide nothing. At least one. */
  readonly heads: readonly [ChartEntry, ...ChartEntry[]];
  /** When it happened: an observation's effective time, else when it was written. */
  readonly atMs: number;
}

/** Resources, newest first. A version that came twice is there once. */
export function chartItems(entries: readonly ChartEntry[]): readonly ChartItem[] {
  const byKey = new Map<string, Map<string, ChartEntry>>();
  for (const entry of entries) {
    const key = `${entry.resource.resourceType}/${entry.resource.id}`;
    const versions = byKey.get(key) ?? new Map<string, ChartEntry>();
    versions.set(entry.versionId, entry);
    byKey.set(key, versions);
  }
  return [...byKey]
    .map(([key, versions]) => chartItem(key, [...versions.values()]))
    .filter(item => item !== null)
    .toSorted((one, other) => other.atMs - one.atMs);
}

function chartItem(key: string, versions: readonly ChartEntry[]): ChartItem | null {
  const [newest, ...others] = versions.toSorted((one, other) => other.authoredAtMs - one.authoredAtMs);
  if (newest === undefined) return null;
  const atMs = observationOf(newest)?.effectiveAtMs ?? newest.authoredAtMs;
  return { key, heads: [newest, ...others], atMs };
}

export function inConflict(item: ChartItem): boolean {
  return item.heads.length > 1;
}

/** The facts of an entry that is a readable observation, else null. */
export function observationOf(entry: ChartEntry): ObservationFacts | null {
  return entry.resource.resourceType === 'Observation' ? readOrNull(readObservation, entry.resource) : null;
}

/**
 * What one line of the list shows: one resource, or the readings that one person saved of one
 * moment on one machine.
 */
export interface ChartLine {
  readonly key: string;
  readonly atMs: number;
  readonly items: readonly [ChartItem, ...ChartItem[]];
}

/** Whether both are made of the very same versions, which a chart that was read again keeps. */
export function isSameLine(one: ChartLine, other: ChartLine): boolean {
  const versions = ({ items }: ChartLine) => items.flatMap(({ heads }) => heads);
  const [before, after] = [versions(one), versions(other)];
  return (
    one.key === other.key &&
    one.atMs === other.atMs &&
    one.items.length === other.items.length &&
    before.length === after.length &&
    before.every((version, index) => version === after[index])
  );
}

/** Lines, newest first. What is in conflict stands alone. */
export function chartLines(items: readonly ChartItem[]): readonly ChartLine[] {
  const lines: { key: string; atMs: number; items: [ChartItem, ...ChartItem[]] }[] = [];
  const ofMoment = new Map<string, (typeof lines)[number]>();
  for (const item of items) {
    const moment = momentOf(item);
    const line = moment === null ? undefined : ofMoment.get(moment);
    if (line !== undefined) {
      line.items.push(item);
      continue;
    }
    const begun: (typeof lines)[number] = { key: item.key, atMs: item.atMs, items: [item] };
    lines.push(begun);
    if (moment !== null) ofMoment.set(moment, begun);
  }
  for (const line of lines) line.items.sort((one, other) => rank(one) - rank(other));
  return lines;
}

/** Readings of one moment stand in the order of every list of vital signs. */
const PARAMETER_ORDER = Object.keys(PARAMETERS);
function rank({ heads: [entry] }: ChartItem): number {
  const parameter = observationOf(entry)?.parameter ?? null;
  return parameter === null ? PARAMETER_ORDER.length : PARAMETER_ORDER.indexOf(parameter);
}

function momentOf(item: ChartItem): string | null {
  const [entry] = item.heads;
  const observation = inConflict(item) ? null : observationOf(entry);
  if (observation === null || observation.retracted) return null;
  const { method, reason, effectiveAtMs } = observation;
  const minute = Math.floor(effectiveAtMs / 60_000);
  return JSON.stringify([minute, entry.authorId, entry.deviceId, entry.place, entry.reason, method, reason]);
}
