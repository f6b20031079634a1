import { randomBytes, randomUUID } from 'node:crypto';
import { type Load } from './load.ts';

const BETWEEN_PHOTOS_MS = 500;
const PHOTO_BYTES = 150_000;

/** Photographs beside the vital signs of a load. */
export function startPhotoLoad({ nurse, encounterId }: Load): {
  /** Operation ids of the photographs that the kiosk said are saved. */
  readonly acknowledged: ReadonlySet<string>;
  stop(): Promise<void>;
} {
  const acknowledged = new Set<string>();
  let stopped = false;
  const running = (async () => {
    while (!stopped) {
      const operationId = randomUUID();
      const { entry } = await nurse.call('photos.save', {
        operationId,
        encounterId,
        takenAtMs: Date.now(),
        contentType: 'image/jpeg',
        widthPx: 1_280,
        heightPx: 720,
        source: 'exam-camera',
        full: false,
        dataBase64: jpeg(PHOTO_BYTES),
        thumbnailBase64: jpeg(4_000),
      });
      acknowledged.add(entry.versionId);
      await new Promise(resolve => setTimeout(resolve, BETWEEN_PHOTOS_MS));
    }
  })();
  return {
    acknowledged,
    async stop() {
      stopped = true;
      await running;
    },
  };
}

/** Bytes that begin as a JPEG does, and are as hard to compress. */
function jpeg(sizeBytes: number): string {
  const bytes = randomBytes(sizeBytes);
  Buffer.from([0xff, 0xd8, 0xff, 0xe0]).copy(bytes);
  return bytes.toString('base64');
}
