import * as fc from 'fast-check';

/** Where to cut a stream: any number of places, given as numbers that are taken modulo its length. */
export const cuts = fc.array(fc.nat(), { maxLength: 20 });

/** The stream in the pieces that the cuts make; some may be empty. */
export function splitAt(stream: Uint8Array, places: readonly number[]): Uint8Array[] {
  const edges = [
    0,
    ...places.map(place => place % (stream.length + 1)).toSorted((a, b) => a - b),
    stream.length,
  ];
  return edges.slice(1).map((edge, index) => stream.subarray(edges[index], edge));
}

/** One stream of several pieces. */
export function joined(pieces: readonly Uint8Array[]): Uint8Array {
  return Uint8Array.from(pieces.flatMap(piece => [...piece]));
}

/** What may happen to bytes on a line: one byte changed, lost, doubled, or one that is not theirs. */
export const damage = fc.record({
  kind: fc.constantFrom('change', 'lose', 'double', 'insert'),
  place: fc.nat(),
  byte: fc.integer({ min: 0, max: 255 }),
});
export type Damage = { kind: string; place: number; byte: number };

export function damaged(stream: Uint8Array, damages: readonly Damage[]): Uint8Array {
  const bytes = [...stream];
  for (const { kind, place, byte } of damages) {
    const at = bytes.length === 0 ? 0 : place % bytes.length;
    if (kind === 'change') bytes.splice(at, 1, byte);
    else if (kind === 'lose') bytes.splice(at, 1);
    else if (kind === 'double') bytes.splice(at, 0, bytes[at] ?? byte);
    else bytes.splice(at, 0, byte);
  }
  return Uint8Array.from(bytes);
}
