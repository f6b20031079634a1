export { isScenario, type Scenario, SCENARIOS } from './scenarios.ts';
export { type CompletedValue } from './encoder.ts';
export { encodeDf2Frame, NoninDf2Encoder } from './nonin-df2-encoder.ts';
export { type SimulatorTarget } from './outputs.ts';
export {
  SIMULATED_PROTOCOLS,
  simulatedFrames,
  simulatedFramesPerSecond,
  type Simulator,
  type SimulatorOptions,
  startSimulator,
  type WrittenFrame,
} from './simulator.ts';
export { SimulatedPatient } from './patient.ts';
export {
  simulatedAandDScale,
  type SimulatedGattDevice,
  simulatedGattDevice,
  type SimulatedGattOptions,
} from './gatt/devices.ts';
export { type SimulatedCharacteristic, type SimulatedPeripheral } from './gatt/peripheral.ts';
