export * from './use-local-media.ts';
export * from './use-room.ts';
export * from './use-track.ts';
export * from './use-ring-tone.ts';
