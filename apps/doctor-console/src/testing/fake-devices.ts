import { type MediaDevicesPort } from '@shimabashi/call';

/** A machine without camera and microphone. */
export class FakeDevices extends EventTarget implements MediaDevicesPort {
  readonly enumerateDevices = (): Promise<MediaDeviceInfo[]> => Promise.resolve([]);
  readonly getUserMedia = (): Promise<MediaStream> =>
    Promise.reject(new DOMException('None here.', 'NotFoundError'));
}
