import fc from 'fast-check';
import { expect, it } from 'vitest';
import { buildPhoto, readPhoto } from './index.ts';
import { type PhotoInput } from './photo.ts';
import { anyPhotoInput } from './testing/arbitraries.ts';

const pictureOf = ({ sha256, contentType, sizeBytes }: PhotoInput['thumbnail']) => ({
  sha256,
  contentType,
  sizeBytes,
});

it('is read as it was built', () => {
  fc.assert(
    fc.property(anyPhotoInput, input => {
      const { photoId, patientId, encounterId, takenAtMs, authorId, camera, full, original } = input;
      expect(readPhoto(buildPhoto(input))).toEqual({
        photoId,
        patientId,
        encounterId,
        takenAtMs,
        authorId,
        camera,
        full,
        widthPx: original.widthPx,
        heightPx: original.heightPx,
        original: pictureOf(original),
        thumbnail: pictureOf(input.thumbnail),
        retracted: false,
      });
    }),
  );
});

const LETTER = {
  resourceType: 'DocumentReference',
  id: 'letter',
  subject: { reference: 'Patient/p-1' },
  content: [{ attachment: { contentType: 'application/pdf', url: 'https://example.org/1.pdf' } }],
};

it('is no photograph when no picture of ours is named', () => {
  expect(readPhoto(LETTER)).toBeUndefined();
  expect(readPhoto({ ...LETTER, content: 'none' })).toBeUndefined();
});

it("is refused when it is nobody's, or something else", () => {
  expect(() => readPhoto({ ...LETTER, subject: undefined })).toThrow('cannot be read');
  expect(() => readPhoto({ ...LETTER, resourceType: 'Media' })).toThrow('cannot be read');
});

it('says when it was entered in error', () => {
  const photo = buildPhoto(fc.sample(anyPhotoInput, { numRuns: 1, seed: 1 })[0]!);
  expect(readPhoto({ ...photo, status: 'entered-in-error' })?.retracted).toBe(true);
});
