import { type DeviceStatus, type Sample } from '@shimabashi/contracts';

/** What the devices page says of one device, besides its state. */
export interface DeviceFacts {
  /** The device says that its battery is low, or nearly empty; false when it says nothing of the kind. */
  readonly batteryLow: boolean;
  /** In percent; null when it does not say. */
  readonly battery: number | null;
  /** Device clock minus kiosk clock, in milliseconds; null when the device has no clock or sent nothing. */
  readonly clockOffsetMs: number | null;
  /** Host time of the newest thing that is known of it; null when it was never heard. */
  readonly lastHeardAtMs: number | null;
  /** The newest sample of each parameter. */
  readonly samples: readonly Sample[];
}

/** Up to this two clocks agree: a device's clock has whole seconds, and its frames take their time. */
const CLOCK_AGREES_MS = 5_000;
/** In percent. Enough to finish the day and find a battery; no device says what it needs. */
const BATTERY_LOW = 10;

/** What the newest samples of a device say about it. */
export function deviceFacts(device: DeviceStatus, samples: readonly Sample[]): DeviceFacts {
  const own = samples.filter(sample => sample.deviceId === device.deviceId);
  // The time of a record is when it was measured, not what its clock shows now.
  const timed = own.findLast(sample => sample.deviceTime !== null && sample.origin === 'live');
  const battery = device.facts?.battery ?? null;
  return {
    batteryLow:
      own.some(sample => sample.quality.includes('battery-low')) ||
      (battery !== null && battery <= BATTERY_LOW),
    battery,
    clockOffsetMs: device.facts?.clockOffsetMs ?? (timed === undefined ? null : clockOffset(timed)),
    lastHeardAtMs: newestOf([device.lastHeardAtMs ?? 0, ...own.map(({ receivedAtMs }) => receivedAtMs)]),
    samples: own,
  };
}

/** The state of a device is told when it changes; its samples tell that it is still there. */
function newestOf(timesMs: readonly number[]): number | null {
  return Math.max(...timesMs) || null;
}

export function clocksAgree(offsetMs: number): boolean {
  return Math.abs(offsetMs) <= CLOCK_AGREES_MS;
}

/** `deviceTime` is local and without zone: that of the practice, Asia/Tokyo, which has no summer time. */
function clockOffset({ deviceTime, receivedAtMs }: Sample): number | null {
  const atMs = Date.parse(`${deviceTime ?? ''}+09:00`);
  return Number.isNaN(atMs) ? null : atMs - receivedAtMs;
}
