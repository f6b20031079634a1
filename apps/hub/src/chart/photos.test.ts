import { createHash, randomUUID } from 'node:crypto';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { buildPhoto } from '@shimabashi/clinical';
import { type BinaryChunk, CHUNK_BYTES, type Operation, type PushResult } from '@shimabashi/contracts';
import { operationOf, patientOperation, startTestHub, type TestHub } from '../testing/test-hub.ts';

const PATIENT = 'patient-1';
let hub: TestHub;
let kiosk: Awaited<ReturnType<TestHub['kiosk']>>;
let doctor: Record<string, string>;

beforeEach(async () => {
  hub = await startTestHub();
  kiosk = await hub.kiosk('kamishima-1');
  doctor = await hub.doctor();
  await push(patientOperation(kiosk, PATIENT));
});
afterEach(() => hub.remove());

function jpeg(sizeBytes: number): Buffer {
  const bytes = Buffer.from(
    Uint8Array.from({ length: sizeBytes }, (_, index) => (index * 37 + (index >> 9)) & 0xff),
  );
  Buffer.from([0xff, 0xd8, 0xff, 0xe0]).copy(bytes);
  return bytes;
}
const ORIGINAL = jpeg(150_000);
const THUMBNAIL = jpeg(4_000);
const sha256Of = (bytes: Buffer) => createHash('sha256').update(bytes).digest('hex');
const bytesOf = (bytes: Buffer) => ({
  contentType: 'image/jpeg' as const,
  sizeBytes: bytes.length,
  sha256: sha256Of(bytes),
  sha1Base64: createHash('sha1').update(bytes).digest('base64'),
});

function photoOperation(author = kiosk, original = ORIGINAL): Operation {
  const resource = buildPhoto({
    photoId: randomUUID(),
    patientId: PATIENT,
    encounterId: 'encounter-1',
    takenAtMs: 1_795_000_000_000,
    savedAtMs: 1_795_000_001_000,
    authorId: `nurse-${author.clinicId}`,
    camera: 'exam-camera',
    full: true,
    original: { ...bytesOf(original), widthPx: 100, heightPx: 100 },
    thumbnail: bytesOf(THUMBNAIL),
  });
  return operationOf(author, resource, PATIENT);
}

function chunksOf(bytes: Buffer): BinaryChunk[] {
  return Array.from({ length: Math.ceil(bytes.length / CHUNK_BYTES) }, (_, index) => ({
    operationId: randomUUID(),
    binaryId: sha256Of(bytes),
    sizeBytes: bytes.length,
    index,
    dataBase64: bytes.subarray(index * CHUNK_BYTES, (index + 1) * CHUNK_BYTES).toString('base64'),
  }));
}

async function push(...items: readonly object[]): Promise<PushResult[]> {
  return (await hub.ask('sync.push', { operations: items }, kiosk.headers)).results;
}
const get = (size: 'original' | 'thumbnail', caller = doctor) =>
  hub.post('photos.get', { sha256: sha256Of(ORIGINAL), size }, caller);
async function document() {
  const { resources } = await hub.ask('patients.get', { patientId: PATIENT }, doctor);
  return resources.find(({ resource }) => resource.resourceType === 'DocumentReference');
}

describe('a photograph on its way to the doctor', () => {
  it('comes with its DocumentReference: thumbnail first, original when its last row is here', async () => {
    const [first, second, third] = chunksOf(ORIGINAL);
    const [thumbnail] = chunksOf(THUMBNAIL);
    expect((await get('thumbnail')).result).toMatchObject({ error: { code: 'NOT_FOUND' } });
    expect(await push(photoOperation(), thumbnail!, second!)).toMatchObject([
      { outcome: 'applied' },
      { outcome: 'received', missing: [] },
      { outcome: 'received', missing: [0, 2] },
    ]);
    expect((await get('thumbnail')).result).toMatchObject({
      body: { contentType: 'image/jpeg', dataBase64: THUMBNAIL.toString('base64') },
    });
    expect((await get('original')).result).toMatchObject({ error: { code: 'NOT_FOUND' } });
    expect(await document()).toMatchObject({
      binaries: [
        { binaryId: sha256Of(ORIGINAL), place: 'here', chunksDone: 1, chunksTotal: 3 },
        { binaryId: sha256Of(THUMBNAIL), place: 'at-hospital', chunksDone: 1, chunksTotal: 1 },
      ],
    });

    await push(third!);
    expect(await push(first!)).toMatchObject([{ outcome: 'received', missing: [] }]);
    expect(await push(first!, second!)).toMatchObject([{ missing: [] }, { missing: [] }]);
    expect((await get('original')).result).toMatchObject({
      body: { dataBase64: ORIGINAL.toString('base64') },
    });
    expect(await document()).toMatchObject({ binaries: [{ place: 'at-hospital' }, {}] });
  });

  it('is told to the consoles when a picture is complete, and not for every row', async () => {
    await push(photoOperation());
    const live = hub.socket('/live', doctor);
    await live.next('clinic');
    const [first, second, third] = chunksOf(ORIGINAL);
    await push(first!);
    await push(second!);
    expect(live.heard.some(({ type }) => type === 'chart-changed')).toBe(false);
    await push(third!);
    await expect(live.next('chart-changed')).resolves.toMatchObject({ patientId: PATIENT });
    live.socket.close();
  });

  it('is for the doctors of the clinic only', async () => {
    await push(photoOperation(), ...chunksOf(ORIGINAL));
    const stranger = await hub.doctor('doctor-sakate', 'shima kara shima e');
    expect((await get('original')).status).toBe(200);
    expect((await get('original', stranger)).result).toMatchObject({ error: { code: 'NOT_FOUND' } });
    expect((await get('original', kiosk.headers)).status).toBe(403);
  });
});

describe('the hub refuses, each alone,', () => {
  const corrupt = (chunk: BinaryChunk): BinaryChunk => ({
    ...chunk,
    dataBase64: Buffer.from(chunk.dataBase64, 'base64').fill(1).toString('base64'),
  });

  it('bytes that nothing names', async () => {
    expect(await push(chunksOf(ORIGINAL)[0]!, photoOperation(kiosk, THUMBNAIL))).toMatchObject([
      { outcome: 'applied' },
      { outcome: 'rejected', code: 'FORBIDDEN' },
    ]);
  });

  it("bytes that another clinic's chart names", async () => {
    const other = await hub.kiosk('sakate-1');
    await push(photoOperation());
    const { results } = await hub.ask('sync.push', { operations: chunksOf(ORIGINAL) }, other.headers);
    expect(new Set(results.map(result => 'code' in result && result.code))).toEqual(new Set(['FORBIDDEN']));
  });

  it.each([
    ['another size', (chunk: BinaryChunk) => ({ ...chunk, sizeBytes: chunk.sizeBytes + 1 })],
    ['a row behind the last', (chunk: BinaryChunk) => ({ ...chunk, index: 3 })],
    ['a short row', (chunk: BinaryChunk) => ({ ...chunk, dataBase64: chunk.dataBase64.slice(4) })],
    ['a long row', (chunk: BinaryChunk) => ({ ...chunk, dataBase64: `${chunk.dataBase64}AAAA` })],
    ['what is no picture', corrupt],
    ['a surplus field', (chunk: BinaryChunk) => ({ ...chunk, more: 1 })],
    ['another hash', (chunk: BinaryChunk) => ({ ...chunk, binaryId: 'A'.repeat(64) })],
  ])('%s', async (_, change) => {
    const [first, second] = chunksOf(ORIGINAL);
    await push(photoOperation());
    expect(await push(change(first!), second!)).toMatchObject([
      { operationId: second!.operationId, outcome: 'received' },
      { operationId: first!.operationId, outcome: 'rejected', code: 'BAD_REQUEST' },
    ]);
  });

  it('a whole that has another hash than its name, and takes the right rows after it', async () => {
    const [first, second, third] = chunksOf(ORIGINAL);
    await push(photoOperation());
    expect(await push(first!, corrupt(second!), third!)).toMatchObject([
      { outcome: 'received' },
      { outcome: 'received' },
      { outcome: 'rejected', code: 'RESOURCE_INVALID' },
    ]);
    expect((await get('original')).result).toMatchObject({ error: { code: 'NOT_FOUND' } });
    expect(await push(first!, second!, third!)).toMatchObject([{}, {}, { missing: [] }]);
    expect((await get('original')).status).toBe(200);
  });
});
