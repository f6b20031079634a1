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
export { type FakeHid, fakeHid, hidReport, pluggedHid } from './fake-hid.ts';
export { type ShownTime } from '../simulator/gatt/encode.ts';
export { taidocPacket } from '../decoders/vendor/taidoc.ts';
export { HL7_MESSAGES } from './hl7-vectors.ts';
export { hl7Block } from '../decoders/hl7/message.ts';
