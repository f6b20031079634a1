import { randomUUID } from 'node:crypto';
import { describe, expect, it } from 'vitest';
import { type BinaryChunk, CHUNK_BYTES, type PushResult } from '@shimabashi/contracts';
import { type NewBinary } from '../log.ts';
import { ALL, type OpenHome } from './home.ts';
import { AUDIT, binary, DEVICE, documentOf, operation, patient } from './operations.ts';

const ONE = { bytes: 1 };
const EVERYTHING = { bytes: 100 * CHUNK_BYTES };
const indexesOf = (chunks: readonly BinaryChunk[]) => chunks.map(chunk => chunk.index);

/** What the log does with photographs: on the kiosk that took them, and on the hub that they go to. */
export function describeBinaries(home: OpenHome): void {
  const [photo, thumbnail] = [binary(2 * CHUNK_BYTES + 1_000), binary(3_000, 'thumbnail')];

  /** Saves a photograph whose DocumentReference the hub already has. */
  function taken(...binaries: readonly NewBinary[]): void {
    const document = documentOf(binaries);
    home.log.author([document], AUDIT, binaries);
    confirm(document.operationId);
  }
  const confirm = (operationId: string) =>
    home.log.settle([{ operationId, outcome: 'applied', sequence: 1 }]);
  const answer = ({ operationId }: BinaryChunk, missing: readonly number[]): PushResult => ({
    operationId,
    outcome: 'received',
    missing: [...missing],
  });

  describe('of photographs, as a kiosk,', () => {
    it('keeps the bytes with what names them, over a restart, and gives them back', () => {
      taken(photo, thumbnail);
      home.reopen();
      expect(home.log.binaryBytes(photo.binaryId)).toEqual(Buffer.from(photo.bytes));
      expect(home.log.binary(photo.binaryId)).toEqual({
        isWhole: true,
        chunksTotal: 3,
        chunksHeld: 3,
        chunksWaiting: 3,
        parkedCode: null,
      });
      expect(home.log.binaryNamedBy(photo.binaryId)).toHaveLength(1);
      expect(home.log.binary('0'.repeat(64))).toBeUndefined();
      expect(home.log.binaryBytes('0'.repeat(64))).toBeUndefined();
      expect(home.log.binaryNamedBy('0'.repeat(64))).toEqual([]);
    });

    it('drops the bytes of what the hub has confirmed and is old, and nothing else of it', () => {
      const other = binary(2_000, 'photo', 5);
      taken(photo, thumbnail);
      taken(other);
      const later = AUDIT.atMs + 1;
      expect(home.log.outlivedPhotos(later, 9)).toEqual([]);
      for (const chunk of home.log.chunksDue(EVERYTHING)) {
        if (chunk.binaryId !== other.binaryId) home.log.settle([answer(chunk, [])]);
      }
      expect(home.log.outlivedPhotos(AUDIT.atMs, 9)).toEqual([]);
      expect(home.log.outlivedPhotos(later, 9)).toEqual([photo.binaryId]);
      const asked = [photo.binaryId, other.binaryId, thumbnail.binaryId];
      expect(home.log.dropPhotos(asked, AUDIT.atMs, AUDIT)).toEqual([]);
      expect(home.log.dropPhotos(asked, later, AUDIT)).toEqual([photo.binaryId]);
      home.reopen();
      expect(home.log.binary(photo.binaryId)).toBeUndefined();
      expect(home.log.binaryBytes(thumbnail.binaryId)).toEqual(Buffer.from(thumbnail.bytes));
      expect(home.log.binaryBytes(other.binaryId)).toEqual(Buffer.from(other.bytes));
      expect(home.log.binaryNamedBy(photo.binaryId)).toHaveLength(1);
      expect(home.log.waiting().waiting.photo).toBe(1);
      // A hub that was restored is not asked to take what is not here any more.
      home.log.adoptEpoch(randomUUID(), DEVICE);
      expect(home.log.chunksDue(EVERYTHING).map(({ binaryId }) => binaryId)).not.toContain(photo.binaryId);
    });

    it('keeps the bytes of what a version names that the hub does not have, or that is young', () => {
      taken(photo);
      for (const chunk of home.log.chunksDue(EVERYTHING)) home.log.settle([answer(chunk, [])]);
      const document = documentOf([photo], { authoredAtMs: AUDIT.atMs + 10 });
      home.log.author([document], AUDIT, [photo]);
      expect(home.log.outlivedPhotos(AUDIT.atMs + 100, 9)).toEqual([]);
      confirm(document.operationId);
      expect(home.log.outlivedPhotos(AUDIT.atMs + 5, 9)).toEqual([]);
      expect(home.log.outlivedPhotos(AUDIT.atMs + 100, 9)).toEqual([photo.binaryId]);
    });

    it('keeps none that nothing names, and none under a wrong name', () => {
      expect(() => home.log.author([operation()], AUDIT, [photo])).toThrow('what names them');
      const wrong = { ...photo, bytes: thumbnail.bytes };
      expect(() => home.log.author([documentOf([wrong])], AUDIT, [wrong])).toThrow('own hash');
      expect(home.log.operationIds()).toEqual([]);
      expect(home.log.binary(photo.binaryId)).toBeUndefined();
    });

    it('counts pictures, not rows, and the thumbnail in its own lane', () => {
      taken(photo, thumbnail);
      expect(home.log.waiting()).toEqual({
        waiting: { vitals: 0, chart: 0, thumbnail: 1, photo: 1 },
        parked: 0,
      });
    });

    it('sends thumbnails first, then rows in order, only once the hub has what names them', () => {
      const document = documentOf([photo, thumbnail]);
      home.log.author([document], AUDIT, [photo, thumbnail]);
      const later = binary(2_000, 'thumbnail');
      taken(later);
      expect(home.log.chunksDue(EVERYTHING).map(chunk => chunk.binaryId)).toEqual([later.binaryId]);
      confirm(document.operationId);
      const due = home.log.chunksDue(EVERYTHING);
      expect(due.map(chunk => [chunk.binaryId, chunk.index])).toEqual([
        [thumbnail.binaryId, 0],
        [later.binaryId, 0],
        [photo.binaryId, 0],
        [photo.binaryId, 1],
        [photo.binaryId, 2],
      ]);
      expect(due.map(chunk => Buffer.from(chunk.dataBase64, 'base64').length)).toEqual([
        3_000,
        2_000,
        CHUNK_BYTES,
        CHUNK_BYTES,
        1_000,
      ]);
      expect(new Set(due.map(chunk => chunk.operationId)).size).toBe(5);
      expect(home.log.outbox(ALL)).toEqual([]);
    });

    it('keeps within a batch, but sends one always, and none that is under way', () => {
      taken(photo);
      expect(indexesOf(home.log.chunksDue(ONE))).toEqual([0]);
      expect(indexesOf(home.log.chunksDue({ bytes: 2 * CHUNK_BYTES }))).toEqual([0, 1]);
      const [first] = home.log.chunksDue(ONE);
      expect(indexesOf(home.log.chunksDue({ ...ONE, except: new Set([first!.operationId]) }))).toEqual([1]);
    });

    it('goes on with what the hub says is missing, whatever it believed before', () => {
      taken(photo);
      const [first, second] = home.log.chunksDue(EVERYTHING);
      home.log.settle([answer(first!, [1])]);
      home.reopen();
      expect(indexesOf(home.log.chunksDue(EVERYTHING))).toEqual([1]);
      home.log.settle([answer(second!, [0, 2])]);
      expect(indexesOf(home.log.chunksDue(EVERYTHING))).toEqual([0, 2]);
      const [again] = home.log.chunksDue(ONE);
      expect(again!.operationId).not.toBe(first!.operationId);
      home.log.settle([answer(again!, [])]);
      expect(home.log.waiting().waiting.photo).toBe(0);
      expect(home.log.binary(photo.binaryId)).toMatchObject({ chunksWaiting: 0, chunksTotal: 3 });
      // An answer that was overtaken says nothing any more.
      home.log.settle([answer(second!, [1])]);
      expect(home.log.waiting().waiting.photo).toBe(0);
    });

    it('sends all again when they came to the hub damaged, and parks them when that does not help', () => {
      taken(photo);
      const refuse = (code: string) => {
        const last = home.log.chunksDue(EVERYTHING).at(-1)!;
        home.log.settle([{ operationId: last.operationId, outcome: 'rejected', code }]);
      };
      home.log.settle([answer(home.log.chunksDue(ONE)[0]!, [2])]);
      refuse('RESOURCE_INVALID');
      expect(indexesOf(home.log.chunksDue(EVERYTHING))).toEqual([0, 1, 2]);
      refuse('RESOURCE_INVALID');
      refuse('RESOURCE_INVALID');
      expect(home.log.chunksDue(EVERYTHING)).toEqual([]);
      expect(home.log.waiting()).toMatchObject({ waiting: { photo: 0 }, parked: 1 });
      expect(home.log.binary(photo.binaryId)).toMatchObject({ parkedCode: 'RESOURCE_INVALID' });
    });

    it('parks what the hub does not take, alone', () => {
      taken(photo, thumbnail);
      const [first] = home.log.chunksDue(ONE);
      home.log.settle([{ operationId: first!.operationId, outcome: 'rejected', code: 'FORBIDDEN' }]);
      expect(home.log.chunksDue(ONE)).toMatchObject([{ binaryId: photo.binaryId }]);
      expect(home.log.waiting()).toMatchObject({ waiting: { thumbnail: 0, photo: 1 }, parked: 1 });
    });

    it('queues them again when the hub was restored, behind what names them', () => {
      const document = documentOf([photo]);
      home.log.author([document], AUDIT, [photo]);
      confirm(document.operationId);
      home.log.settle([answer(home.log.chunksDue(ONE)[0]!, [])]);
      expect(home.log.waiting().waiting.photo).toBe(0);
      home.log.adoptEpoch(randomUUID(), DEVICE);
      expect(home.log.waiting().waiting).toMatchObject({ chart: 1, photo: 1 });
      expect(home.log.chunksDue(EVERYTHING)).toEqual([]);
      confirm(document.operationId);
      expect(indexesOf(home.log.chunksDue(EVERYTHING))).toEqual([0, 1, 2]);
    });

    it('keeps the same bytes once, however many name them', () => {
      taken(photo);
      taken(photo);
      expect(home.log.binaryNamedBy(photo.binaryId)).toHaveLength(2);
      expect(home.log.chunksDue(EVERYTHING)).toHaveLength(3);
    });
  });

  describe('of photographs, as a hub,', () => {
    function chunksOf({ binaryId, bytes }: NewBinary): BinaryChunk[] {
      return Array.from({ length: Math.ceil(bytes.length / CHUNK_BYTES) }, (_, index) => ({
        operationId: randomUUID(),
        binaryId,
        sizeBytes: bytes.length,
        index,
        dataBase64: Buffer.from(bytes.subarray(index * CHUNK_BYTES, (index + 1) * CHUNK_BYTES)).toString(
          'base64',
        ),
      }));
    }
    const accept = (...chunks: readonly BinaryChunk[]) => home.log.acceptChunks(chunks, AUDIT);

    it('takes rows in any order and any number of times, and says what is missing', () => {
      home.log.accept([operation({ resource: patient() }), documentOf([photo])], AUDIT);
      const [first, second, third] = chunksOf(photo);
      expect(accept(third!, first!)).toEqual([answer(third!, [0, 1]), answer(first!, [1])]);
      home.reopen();
      expect(home.log.binaryBytes(photo.binaryId)).toBeUndefined();
      expect(home.log.binary(photo.binaryId)).toMatchObject({ isWhole: false, chunksHeld: 2 });
      expect(accept(third!, second!, first!)).toEqual([
        answer(third!, [1]),
        answer(second!, []),
        answer(first!, []),
      ]);
      expect(home.log.binaryBytes(photo.binaryId)).toEqual(Buffer.from(photo.bytes));
      expect(home.log.waiting().waiting.photo).toBe(0);
    });

    it('drops a whole that has another hash, says so, and takes it anew', () => {
      home.log.accept([documentOf([photo])], AUDIT);
      const [first, second, third] = chunksOf(photo);
      const damaged = { ...second!, dataBase64: first!.dataBase64 };
      expect(accept(first!, damaged, third!)[2]).toEqual({
        operationId: third!.operationId,
        outcome: 'rejected',
        code: 'RESOURCE_INVALID',
      });
      expect(home.log.binary(photo.binaryId)).toBeUndefined();
      expect(accept(...chunksOf(photo))[2]).toMatchObject({ missing: [] });
      expect(home.log.binaryBytes(photo.binaryId)).toEqual(Buffer.from(photo.bytes));
    });

    it('takes no row of another size than the first', () => {
      const [first, second] = chunksOf(photo);
      expect(accept(first!, { ...second!, sizeBytes: 2 * CHUNK_BYTES })).toMatchObject([
        { outcome: 'received' },
        { outcome: 'rejected' },
      ]);
    });
  });
}
