import { type DeviceStatus, type Parameter, type Sample } from '@shimabashi/contracts';
import { type PastValue, type VitalReading, type VitalState, vitalStateOf } from '@shimabashi/ui';
import { type KioskSnapshot } from './kiosk-model.ts';

/** What the row of one parameter gets. */
export interface ShownVital {
  readonly reading: VitalReading | undefined;
  readonly sample: Sample | undefined;
  readonly lastValue: PastValue | undefined;
  readonly goneSinceMs: number | null;
  /** Name of the device that it comes from, or that does not answer. */
  readonly deviceName: string | undefined;
}

/** One row: a parameter, and whether it is the single measurement that stands beside its stream. */
export interface VitalPlace {
  readonly parameter: Parameter;
  readonly isBeside: boolean;
}

type Now = { readonly nowMs: number; readonly monotonicMs: number };

/**
 * The rows of these parameters, in their order. A single measurement beside a stream has one of its own, for
 * as long as it waits to be confirmed: which device a number comes from is part of it.
 */
export function vitalPlaces(
  snapshot: KioskSnapshot,
  parameters: readonly Parameter[],
  now: Now,
): VitalPlace[] {
  return parameters.flatMap(parameter => {
    const beside = { parameter, isBeside: true };
    const { state } = vitalStateOf({ ...shownVital(snapshot, parameter, now, true), nowMs: now.nowMs });
    return [{ parameter, isBeside: false }, ...(state === 'spot' ? [beside] : [])];
  });
}

/** What may be shown of one parameter now. */
export function shownVital(
  snapshot: KioskSnapshot,
  parameter: Parameter,
  now: Now,
  isBeside = false,
): ShownVital {
  const known = snapshot.vitals.get(parameter);
  const vitals = isBeside ? known?.beside : known;
  const sample = vitals?.sample;
  const reading =
    vitals === undefined || sample === undefined
      ? undefined
      : {
          measured: sample.measured,
          quality: sample.quality,
          measuredAtMs: sample.measuredAtMs,
          // Whichever clock says that it is older is believed.
          receivedAtMs: Math.min(
            sample.receivedAtMs,
            now.nowMs - Math.max(0, now.monotonicMs - vitals.arrivedAtMonotonicMs),
          ),
        };
  const gone = goneSince(snapshot);
  return {
    reading,
    sample,
    lastValue: isBeside ? undefined : known?.last,
    goneSinceMs: reading === undefined ? gone : (goneForAll(snapshot) ?? null),
    deviceName: deviceName(snapshot, sample),
  };
}

/** As which a number may be saved. */
const SAVED_STATES: readonly VitalState['state'][] = ['live', 'poor', 'spot'];

/**
 * The samples that stand on the screen as present values, and single measurements that wait to be confirmed:
 * what "save to chart" saves. What is in the chart already is not saved again.
 */
export function freshSamples(
  snapshot: KioskSnapshot,
  parameters: readonly Parameter[],
  now: Now,
  savedIds: ReadonlySet<string>,
): Sample[] {
  return vitalPlaces(snapshot, parameters, now).flatMap(({ parameter, isBeside }) => {
    const shown = shownVital(snapshot, parameter, now, isBeside);
    const { state } = vitalStateOf({ ...shown, nowMs: now.nowMs });
    return shown.sample !== undefined && !savedIds.has(shown.sample.sampleId) && SAVED_STATES.includes(state)
      ? [shown.sample]
      : [];
  });
}

/** Since when nothing can arrive from any device: no door, or no devices service. */
function goneForAll(snapshot: KioskSnapshot): number | undefined {
  if (snapshot.door !== 'open') return snapshot.doorSinceMs;
  const service = snapshot.services.devices;
  return service !== undefined && service.state !== 'up' ? service.sinceMs : undefined;
}

function goneSince(snapshot: KioskSnapshot): number | null {
  const forAll = goneForAll(snapshot);
  if (forAll !== undefined) return forAll;
  // A cuff is not gone when it sleeps.
  const devices = streaming(snapshot);
  if (devices.length === 0 || devices.some(device => device.state === 'connected')) return null;
  return Math.max(...devices.map(device => device.lastHeardAtMs ?? device.sinceMs));
}

function deviceName(snapshot: KioskSnapshot, sample: Sample | undefined): string | undefined {
  if (sample !== undefined) return snapshot.devices.get(sample.deviceId)?.name;
  const [only, ...others] = streaming(snapshot);
  return others.length === 0 ? only?.name : undefined;
}

function streaming(snapshot: KioskSnapshot): DeviceStatus[] {
  return [...snapshot.devices.values()].filter(device => device.gives !== 'spot');
}
