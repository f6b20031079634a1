export { tcpTransport } from './tcp.ts';
export { serialTransport } from './serial.ts';
export { type ReplayDevice, replayTransport } from './replay.ts';
