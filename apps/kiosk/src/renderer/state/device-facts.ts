import { type DeviceStatus, type Sample } from '@shimabashi/contracts';

/** What the devices page says of one device, besides its state. */
export interface DeviceFacts {
  /** The device says that its battery is low; false when it says nothing of the kind. */
  readonly batteryLow: boolean;
  /** Device clock minus kiosk clock, in milliseconds; null when the device has no clock or sent nothing. */
  readonly clockOffsetMs: number | null;
  /** Host time of the newest thing that is known of it; null when it was never heard. */
  readonly lastHeardAtMs: number | null;
  /** The newest sample of each parameter. */
  readonly samples: readonly Sample[];
}

/** Up to this two clocks agree: a device's clock has whole seconds, and its frames take their time. */
const CLOCK_AGREES_MS = 5_000;

/** What the newest samples of a device say about it. */
export function deviceFacts(device: DeviceStatus, samples: readonly Sample[]): DeviceFacts {
  const own = samples.filter(sample => sample.deviceId === device.deviceId);
  const timed = own.findLast(sample => sample.deviceTime !== null);
  return {
    batteryLow: own.some(sample => sample.quality.includes('battery-low')),
    clockOffsetMs: timed === undefined ? null : clockOffset(timed),
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
