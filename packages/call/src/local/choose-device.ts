import { type MediaSource } from '@shimabashi/contracts';

/** Which device a source is to come from. Both are what `enumerateDevices` says. */
export interface DeviceChoice {
  readonly deviceId?: string;
  /** Part of the device's label, as it was enrolled: it survives another USB socket, the id does not. */
  readonly label?: string;
}

/** What is captured here. A source that is not named is not captured. */
export type CapturePlan = Partial<Readonly<Record<MediaSource, DeviceChoice>>>;

export type KnownDevice = Pick<MediaDeviceInfo, 'deviceId' | 'kind' | 'label'>;

/**
 * The device for a source, or undefined when it is not there now.
 *
 * A camera that was chosen once stays the same one: when the face camera is unplugged, the examination
 * camera does not become the face. A microphone may be any: voices come first.
 */
export function chooseDevice(
  source: MediaSource,
  choice: DeviceChoice,
  devices: readonly KnownDevice[],
  taken: {
    /** What this source came from before. */
    readonly before: string | undefined;
    /** What other sources come from, or came from before. */
    readonly byOthers: readonly string[];
  },
): KnownDevice | undefined {
  const kind = source === 'microphone' ? 'audioinput' : 'videoinput';
  const ofKind = devices.filter(device => device.kind === kind);
  const before = ofKind.find(({ deviceId }) => deviceId !== '' && deviceId === taken.before);
  if (before !== undefined) return before;
  const named =
    ofKind.find(({ deviceId }) => deviceId !== '' && deviceId === choice.deviceId) ??
    ofKind.find(
      ({ label }) => choice.label !== undefined && choice.label !== '' && label.includes(choice.label),
    );
  if (named !== undefined) return named;
  if (kind === 'audioinput') return ofKind[0];
  const isEnrolled = choice.deviceId !== undefined || choice.label !== undefined;
  if (isEnrolled || taken.before !== undefined) return undefined;
  return ofKind.find(({ deviceId }) => deviceId === '' || !taken.byOthers.includes(deviceId));
}
