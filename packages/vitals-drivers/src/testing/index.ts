export { type Damage, cuts, damage, damaged, joined, splitAt } from './chunks.ts';
export {
  decodeAll,
  decodeFrames,
  describeDriverContract,
  type DriverExample,
  numbersOf,
  numericsOf,
} from './driver-contract.ts';
export { describeFramerContract } from './framer-contract.ts';
export { describeHangUpContract, describeTransportContract, type FarEnd } from './transport-contract.ts';
export { type ManualClock, manualClock } from './manual-clock.ts';
export { PUFFERFISH_PACKET } from './nonin-df2-vectors.ts';
export { describeGattLinkContract, type GattRig } from './gatt-link-contract.ts';
export { type MemoryRadio, memoryRadio } from './memory-radio.ts';
