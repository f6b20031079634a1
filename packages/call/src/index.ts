export * from './browser-clocks.ts';
export * from './room/room.ts';
export { type RoomSnapshot, type Still } from './room/room-snapshot.ts';
export { type RoomLink } from './room/room-connection.ts';
export { type RoomSocket } from './room/room-channel.ts';
export { type CreateMediaDevice } from './media/media-device.ts';
export { createMediasoupDevice } from './media/mediasoup-device.ts';
export { type RemoteTrack } from './media/subscriber.ts';
export { type LinkQuality, type LinkSide, type LinkStep } from './quality/link-quality.ts';
export { type MediaCounters } from './quality/media-counters.ts';
export { type CapturePlan, type DeviceChoice } from './local/choose-device.ts';
export { type CapturedStill, captureStill } from './local/still.ts';
export { type SoundState } from './local/ring-tone.ts';
export {
  LocalMedia,
  type LocalState,
  type LocalTrack,
  type LocalTracks,
  type MediaDevicesPort,
} from './local/local-media.ts';
