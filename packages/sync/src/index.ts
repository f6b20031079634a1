export * from './log.ts';
export { laneOf } from './lane.ts';
