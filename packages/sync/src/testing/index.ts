export { describeChartLogContract } from './contract.ts';
export { type ChartLogHome } from './home.ts';
export * from './operations.ts';
export { editOf, type Fault, SimulatedHub, SimulatedKiosk } from './island.ts';
export { VirtualTime } from './virtual-time.ts';
