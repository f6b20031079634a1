export * from './log.ts';
export { noteReading } from './note-reading.ts';
export { laneOf } from './lane.ts';
export { createReceipts, type Receipts } from './receipts.ts';
export { safestFirst } from './merge/safest-first.ts';
export { recordConflicts, recordHistory } from './records.ts';
export { binariesNamedBy, type NamedBinary } from './search/binary.ts';
export {
  createSyncEngine,
  type HubPort,
  type PushItem,
  type SyncEngine,
  type SyncEngineDeps,
  type SyncEngineStatus,
  type SyncSide,
} from './engine.ts';
export { type Timers } from './worker.ts';
