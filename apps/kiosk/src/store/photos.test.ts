import { createHash, randomUUID } from 'node:crypto';
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { PHOTO_BYTES_MAX, THUMBNAIL_BYTES_MAX } from '@shimabashi/contracts';
import { readPhoto } from '@shimabashi/clinical';
import { type RunningTestStore, TestKiosk } from './testing/kiosk.ts';
import { MORNING_MS, PATIENT, PLANNED } from './testing/people.ts';
import { jpeg } from './testing/picture.ts';

let kiosk: TestKiosk;
let store: RunningTestStore;
beforeEach(async () => {
  kiosk = new TestKiosk().seed();
  store = kiosk.start();
  await store.signIn();
  await store.get('visits.open', {
    operationId: randomUUID(),
    patientId: PATIENT.id,
    encounterId: PLANNED.id,
  });
  kiosk.nowMs += 10_000;
});
afterEach(() => kiosk.end());

const ORIGINAL = jpeg(200_000);
const THUMBNAIL = jpeg(5_000);
const sha256Of = (bytes: Buffer) => createHash('sha256').update(bytes).digest('hex');

function request(change: object = {}) {
  return {
    operationId: randomUUID(),
    encounterId: PLANNED.id,
    takenAtMs: MORNING_MS + 9_000,
    contentType: 'image/jpeg' as const,
    widthPx: 4_208,
    heightPx: 3_120,
    source: 'exam-camera' as const,
    full: true,
    dataBase64: ORIGINAL.toString('base64'),
    thumbnailBase64: THUMBNAIL.toString('base64'),
    ...change,
  };
}
const photos = async () => {
  const { resources } = await store.get('patients.get', { patientId: PATIENT.id });
  return resources.filter(({ resource }) => resource.resourceType === 'DocumentReference');
};

describe('saving a photograph', () => {
  it('keeps it for the patient who is here, with its bytes, over a crash', async () => {
    const wanted = request();
    const { entry } = await store.get('photos.save', wanted);
    expect(readPhoto(entry.resource)).toEqual({
      photoId: wanted.operationId,
      patientId: PATIENT.id,
      encounterId: PLANNED.id,
      takenAtMs: wanted.takenAtMs,
      authorId: 'nurse-1',
      camera: 'exam-camera',
      full: true,
      widthPx: 4_208,
      heightPx: 3_120,
      original: { sha256: sha256Of(ORIGINAL), contentType: 'image/jpeg', sizeBytes: 200_000 },
      thumbnail: { sha256: sha256Of(THUMBNAIL), contentType: 'image/jpeg', sizeBytes: 5_000 },
      retracted: false,
    });
    expect(entry).toMatchObject({
      place: 'here',
      binaries: [
        { binaryId: sha256Of(ORIGINAL), place: 'here', chunksDone: 0, chunksTotal: 4 },
        { binaryId: sha256Of(THUMBNAIL), place: 'here', chunksDone: 0, chunksTotal: 1 },
      ],
    });

    kiosk.crash();
    store = kiosk.start();
    expect(await photos()).toEqual([entry]);
    const sha256 = sha256Of(ORIGINAL);
    const original = await store.get('photos.get', { sha256, size: 'original' });
    expect(original).toEqual({ contentType: 'image/jpeg', dataBase64: wanted.dataBase64 });
    expect((await store.get('photos.get', { sha256, size: 'thumbnail' })).dataBase64).toBe(
      wanted.thumbnailBase64,
    );
    expect((await store.get('sync.status', {})).waiting).toMatchObject({ chart: 2, thumbnail: 1, photo: 1 });
  });

  it("gives R4's SHA-1 beside the hash that it is known by", async () => {
    const { entry } = await store.get('photos.save', request());
    expect(entry.resource['content']).toMatchObject([
      { attachment: { hash: createHash('sha1').update(ORIGINAL).digest('base64') } },
      { attachment: { hash: createHash('sha1').update(THUMBNAIL).digest('base64') } },
    ]);
  });

  it('twice with one operation id is one photograph, also after the visit', async () => {
    const wanted = request();
    const first = await store.get('photos.save', wanted);
    await store.get('visits.pause', {});
    expect(await store.get('photos.save', wanted)).toEqual(first);
    expect(await photos()).toHaveLength(1);
  });

  it.each([
    ['the visit is another', { encounterId: 'other' }, 'VISIT_CLOSED'],
    ['it was taken before the visit', { takenAtMs: MORNING_MS - 1 }, 'BAD_REQUEST'],
    ['it is from the future', { takenAtMs: MORNING_MS + 11_000 }, 'BAD_REQUEST'],
    ['it is no picture', { dataBase64: Buffer.from('<html>').toString('base64') }, 'BAD_REQUEST'],
    ['it is of another type', { contentType: 'image/png' }, 'BAD_REQUEST'],
    ['it is no base64', { dataBase64: `${ORIGINAL.toString('base64').slice(0, -4)}_-==` }, 'BAD_REQUEST'],
    [
      'the thumbnail is large',
      { thumbnailBase64: jpeg(THUMBNAIL_BYTES_MAX + 9).toString('base64') },
      'BAD_REQUEST',
    ],
    ['it is too large', { dataBase64: jpeg(PHOTO_BYTES_MAX + 9).toString('base64') }, 'BAD_REQUEST'],
    ['the thumbnail is missing', { thumbnailBase64: '' }, 'BAD_REQUEST'],
  ])('keeps nothing when %s', async (_, change, code) => {
    expect(await store.refusal('photos.save', request(change))).toBe(code);
    expect(await photos()).toEqual([]);
    expect((await store.get('sync.status', {})).waiting).toMatchObject({ thumbnail: 0, photo: 0 });
  });

  it('refuses an operation id that was used for something else', async () => {
    const operationId = randomUUID();
    await store.get('observations.save', {
      encounterId: PLANNED.id,
      entries: [
        {
          operationId,
          source: {
            kind: 'by-hand',
            parameter: 'body-temperature',
            value: 36.7,
            unit: 'Cel',
            reason: '電池',
          },
        },
      ],
    });
    expect(await store.refusal('photos.save', request({ operationId }))).toBe('CONFLICT');
  });

  it('needs a nurse', async () => {
    await store.get('session.sign-out', {});
    expect(await store.refusal('photos.save', request())).toBe('SIGN_IN_REQUIRED');
    expect(await store.refusal('photos.get', { sha256: 'a'.repeat(64), size: 'original' })).toBe(
      'SIGN_IN_REQUIRED',
    );
  });

  it('leaves no picture readable on the disk', async () => {
    await store.get('photos.save', request());
    const bytes = Buffer.concat(
      readdirSync(kiosk.dataDir).map(file => readFileSync(join(kiosk.dataDir, file))),
    );
    expect(bytes.includes(ORIGINAL.subarray(1_000, 1_040))).toBe(false);
    expect(bytes.includes(THUMBNAIL.subarray(1_000, 1_040))).toBe(false);
  });
});

it('knows nothing of a photograph that nobody took', async () => {
  expect(await store.refusal('photos.get', { sha256: 'a'.repeat(64), size: 'original' })).toBe('NOT_FOUND');
});
