export { tcpTransport } from './tcp.ts';
export { listenForMonitors, type ListeningOptions, type ListeningPort } from './listening.ts';
export { serialTransport } from './serial.ts';
export { type ReplayDevice, replayTransport } from './replay.ts';
