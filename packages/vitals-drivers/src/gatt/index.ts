// An entry of its own, since it brings native libraries: what needs no radio loads none.
export { type BluezLinkOptions, bluezLink } from './bluez/bluez-link.ts';
export { type PairingPrompts } from './bluez/agent.ts';
export { type Advertisement, type GattIdentity, type GattLink, type ScanFilter } from './gatt-link.ts';
export { type GattTransportOptions, gattTransport } from './gatt-transport.ts';
export { type NobleLinkOptions, nobleLink } from './noble/noble-link.ts';
export { type PersistRecords } from './record-sink.ts';
export { type GattFacts } from './session.ts';
