// An entry of its own, since it brings native libraries: what needs no radio loads none.
export { type BluezLinkOptions, bluezLink } from './bluez/bluez-link.ts';
export { type PairingPrompts } from './bluez/agent.ts';
export { type NobleLinkOptions, nobleLink } from './noble/noble-link.ts';
