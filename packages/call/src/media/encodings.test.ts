import { expect, it } from 'vitest';
import { SEND_PLANS } from './encodings.ts';

it('caps the frames of no size: in Chromium that would cap the whole camera', () => {
  const capped = Object.values(SEND_PLANS)
    .flatMap(({ encodings }) => encodings)
    .filter(({ maxFramerate }) => maxFramerate !== undefined);
  expect(capped).toEqual([]);
});
