export { tcpTransport } from './tcp.ts';
export { listenForMonitors, type ListeningOptions, type ListeningPort } from './listening.ts';
export { serialTransport } from './serial.ts';
export { type ReplayDevice, replayTransport } from './replay.ts';
// The radio itself is an entry of its own (`…/gatt`), since it brings libraries.
export { type GattTransportOptions, gattTransport } from '../gatt/gatt-transport.ts';
export { listSerialPorts, type ListPorts } from './serial-ports.ts';
