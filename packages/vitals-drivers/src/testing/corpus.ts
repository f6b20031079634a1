import { type Codec } from '../driver.ts';
import { SIMULATED_PROTOCOLS, simulatedFrames } from '../simulator/simulator.ts';
import { GATT_VECTORS } from './gatt-vectors.ts';
import { hexVector } from './hex-vector.ts';
import { hl7Vector } from './hl7-vectors.ts';
import { VENDOR_VECTORS } from './vendor-vectors.ts';

/** A simulated HL7 message has 40 kB: those of other projects are shorter, and richer in faults. */
const HL7 = ['comen', 'geB40', 'nihonKohden', 'northern'] as const;
const HL7_PROTOCOLS: readonly string[] = ['hl7-oru', 'mllp'];
const FRAMES = 30;

/** Values of which others have none: by the fields of A&D's sample code; bare numbers as in our tests. */
const WITHOUT_VECTORS: Readonly<Record<string, readonly string[]>> = {
  'aand-weight': ['00bc02', '012206'],
  'ieee11073-sfloat': ['b5f4fe07', 'd7f0'],
};

/**
 * Valid bytes of a protocol: frames of a stream, or whole values. Vectors of others where there are any,
 * and what our simulator sends.
 */
export function validBytesOf({ protocol }: Pick<Codec, 'protocol'>): Uint8Array[] {
  if (HL7_PROTOCOLS.includes(protocol)) return HL7.map(name => hl7Vector(name));
  const vectors = [...GATT_VECTORS, ...VENDOR_VECTORS].filter(vector => vector.protocol === protocol);
  return [
    ...vectors.map(({ hex }) => hexVector(hex)),
    ...(WITHOUT_VECTORS[protocol] ?? []).map(hexVector),
    ...(SIMULATED_PROTOCOLS.includes(protocol) ? simulatedFrames(protocol, FRAMES) : []),
  ];
}
