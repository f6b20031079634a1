export * from './log.ts';
export { noteReading } from './note-reading.ts';
export { laneOf } from './lane.ts';
export {
  createSyncEngine,
  type HubPort,
  type SyncEngine,
  type SyncEngineDeps,
  type SyncEngineStatus,
  type SyncSide,
} from './engine.ts';
export { type Timers } from './worker.ts';
