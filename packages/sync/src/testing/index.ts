export { describeChartLogContract } from './contract.ts';
export { type ChartLogHome } from './home.ts';
export * from './operations.ts';
