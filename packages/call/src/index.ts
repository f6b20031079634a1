export * from './browser-clocks.ts';
