import { createHash, randomBytes, randomUUID } from 'node:crypto';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { ENROLMENT_CODE, FakeHub } from './testing/fake-hub.ts';
import { type RunningTestStore, TestKiosk } from './testing/kiosk.ts';
import { MORNING_MS, PATIENT, PLANNED } from './testing/people.ts';
import { jpeg } from './testing/picture.ts';

let hub: FakeHub;
let kiosk: TestKiosk;
beforeEach(async () => {
  hub = await FakeHub.start();
  kiosk = new TestKiosk();
});
afterEach(async () => {
  kiosk.end();
  await hub.end();
});

async function inVisit(): Promise<RunningTestStore> {
  const store = kiosk.start({
    KIOSK_HUB_URL: hub.url,
    KIOSK_ENROLMENT_CODE: ENROLMENT_CODE,
    KIOSK_NAME: '診察室',
  });
  await store.until(event => event.event === 'sync' && event.status.lastPulledAtMs !== null);
  await store.until(() => store.events.filter(event => event.event === 'session').length >= 2);
  await store.signIn();
  await store.get('visits.open', {
    operationId: randomUUID(),
    patientId: PATIENT.id,
    encounterId: PLANNED.id,
  });
  await expect.poll(async () => (await store.get('sync.status', {})).waiting.chart).toBe(0);
  return store;
}

/** As little compressible as a JPEG is. */
function noisyJpeg(sizeBytes: number): Buffer {
  const bytes = randomBytes(sizeBytes);
  jpeg(4).copy(bytes);
  return bytes;
}

function photo(original: Buffer) {
  return {
    operationId: randomUUID(),
    encounterId: PLANNED.id,
    takenAtMs: MORNING_MS,
    contentType: 'image/jpeg' as const,
    widthPx: 4_208,
    heightPx: 3_120,
    source: 'exam-camera' as const,
    full: true,
    dataBase64: original.toString('base64'),
    thumbnailBase64: noisyJpeg(12_000).toString('base64'),
  };
}
const sha256Of = (bytes: Buffer) => createHash('sha256').update(bytes).digest('hex');
const waitingPhotos = async (store: RunningTestStore) => (await store.get('sync.status', {})).waiting.photo;

it('takes a photograph to the hub, also over lost answers and a restart, byte for byte', async () => {
  const store = await inVisit();
  const original = noisyJpeg(300_000);
  hub.loseAnswers(3);
  await store.get('photos.save', photo(original));
  kiosk.crash();
  const next = kiosk.start({ KIOSK_HUB_URL: hub.url });
  await next.signIn();
  await expect.poll(() => waitingPhotos(next), { timeout: 10_000 }).toBe(0);
  expect(hub.chart.binaryBytes(sha256Of(original))).toEqual(original);
  const { resources } = await next.get('patients.get', { patientId: PATIENT.id });
  expect(resources.find(({ resource }) => resource.resourceType === 'DocumentReference')).toMatchObject({
    place: 'at-hospital',
    binaries: [
      { binaryId: sha256Of(original), place: 'at-hospital', chunksDone: 5, chunksTotal: 5 },
      { place: 'at-hospital', chunksDone: 1, chunksTotal: 1 },
    ],
  });
});

it('costs the wire at most 2 % more than the bytes of the pictures, headers included', async () => {
  const store = await inVisit();
  const wanted = photo(noisyJpeg(2_000_000));
  const before = hub.bytesReceived;
  await store.get('photos.save', wanted);
  await expect.poll(() => waitingPhotos(store), { timeout: 50_000, interval: 100 }).toBe(0);
  const overhead = (hub.bytesReceived - before) / (2_000_000 + 12_000) - 1;
  expect(overhead).toBeLessThan(0.02);
}, 60_000);
