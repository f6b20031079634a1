/**
 * The outermost edges without a device behind them, for programs that run our own code against them:
 * benches, screenshots. (`…/testing` brings the test runner along.)
 */
export { type FakeBluez, type FakeBluezDevice, type FakeBluezOptions, startFakeBluez } from './fake-bluez.ts';
export { type FakeHid, fakeHid, hidReport, pluggedHid } from './fake-hid.ts';
export { type ManualClock, manualClock } from './manual-clock.ts';
export { type MemoryRadio, memoryRadio } from './memory-radio.ts';
export { hasMessageBus, type PrivateBus, startPrivateBus } from './message-bus.ts';
export { taidocPacket } from '../decoders/vendor/taidoc.ts';
