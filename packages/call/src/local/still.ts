import { PHOTO_BYTES_MAX, THUMBNAIL_BYTES_MAX } from '@shimabashi/contracts';

/** One still, as `photos.save` of the kiosk wants it. */
export interface CapturedStill {
  readonly contentType: 'image/jpeg';
  readonly bytes: Uint8Array<ArrayBuffer>;
  readonly widthPx: number;
  readonly heightPx: number;
  /** Whether it is everything that the sensor gives, and no frame of a smaller video. */
  readonly isFullSensor: boolean;
  /** JPEG of at most `THUMBNAIL_BYTES_MAX`. */
  readonly thumbnail: Uint8Array<ArrayBuffer>;
}

/** What a still needs of the browser, so that tests can play one. */
export interface StillTools {
  /** The sensor's own photograph; throws where the camera cannot. */
  readonly takePhoto: (track: MediaStreamTrack) => Promise<Blob>;
  /** One frame of the running video, at its full size. */
  readonly grabFrame: (track: MediaStreamTrack) => Promise<ImageBitmap>;
  readonly decode: (blob: Blob) => Promise<ImageBitmap>;
  /** JPEG of the picture, scaled to so many pixels; quality 0 to 1. */
  readonly encode: (
    picture: ImageBitmap,
    widthPx: number,
    heightPx: number,
    quality: number,
  ) => Promise<Blob>;
}

/**
 * One still of a camera that runs in a call: never out of the call's own stream, whose picture was
 * made small for the line.
 *
 * `takePhoto` promises the sensor's best, but some cameras answer with the video's size or not at all
 * (Chromium's fake camera; GoogleChrome/samples issue 568), so the pixels are counted, and the larger
 * of photograph and video frame is taken.
 *
 * @throws DOMException when the camera gives neither.
 */
export async function captureStill(
  track: MediaStreamTrack,
  tools: StillTools = browserTools,
): Promise<CapturedStill> {
  const most = sensorPixels(track);
  const photo = await attempt(async () => {
    const blob = await tools.takePhoto(track);
    return { blob, picture: await tools.decode(blob) };
  });
  const settings = track.getSettings();
  const videoPixels = (settings.width ?? 0) * (settings.height ?? 0);
  if (photo !== undefined && pixelsOf(photo.picture) >= videoPixels) {
    const { blob, picture } = photo;
    const isKept = blob.type === 'image/jpeg' && blob.size <= PHOTO_BYTES_MAX;
    return await finish(picture, most, tools, isKept ? blob : undefined);
  }
  return await finish(await tools.grabFrame(track), most, tools, undefined);
}

async function finish(
  picture: ImageBitmap,
  sensor: number,
  tools: StillTools,
  original: Blob | undefined,
): Promise<CapturedStill> {
  const { width: widthPx, height: heightPx } = picture;
  const jpeg = original ?? (await encodeWithin(picture, PHOTO_BYTES_MAX, [widthPx, heightPx], tools));
  const scale = Math.min(1, THUMBNAIL_SIDE_PX / Math.max(widthPx, heightPx));
  const small = [
    Math.max(1, Math.round(widthPx * scale)),
    Math.max(1, Math.round(heightPx * scale)),
  ] as const;
  const thumbnail = await encodeWithin(picture, THUMBNAIL_BYTES_MAX, small, tools);
  picture.close();
  return {
    contentType: 'image/jpeg',
    bytes: await bytesOf(jpeg),
    widthPx,
    heightPx,
    isFullSensor: sensor > 0 && widthPx * heightPx >= sensor,
    thumbnail: await bytesOf(thumbnail),
  };
}

/** JPEG of this size, of the best quality that stays within the bytes. */
async function encodeWithin(
  picture: ImageBitmap,
  bytesMax: number,
  [widthPx, heightPx]: readonly [number, number],
  tools: StillTools,
): Promise<Blob> {
  let blob: Blob | undefined;
  for (const quality of QUALITIES) {
    blob = await tools.encode(picture, widthPx, heightPx, quality);
    if (blob.size <= bytesMax) return blob;
  }
  throw new DOMException(`A picture of ${blob?.size ?? 0} bytes is too large.`, 'DataError');
}

/** The first is visually lossless; ATA's guide asks for at most 20:1, which the second keeps. */
const QUALITIES = [0.95, 0.85, 0.7, 0.5, 0.3, 0.15] as const;
const THUMBNAIL_SIDE_PX = 320;

/** The most pixels that the camera says it has; 0 when it does not say. */
function sensorPixels(track: MediaStreamTrack): number {
  const capabilities = typeof track.getCapabilities === 'function' ? track.getCapabilities() : {};
  return (capabilities.width?.max ?? 0) * (capabilities.height?.max ?? 0);
}

const pixelsOf = ({ width, height }: ImageBitmap): number => width * height;

const bytesOf = async (blob: Blob) => new Uint8Array(await blob.arrayBuffer());

async function attempt<Result>(work: () => Promise<Result>): Promise<Result | undefined> {
  try {
    return await work();
  } catch {
    return undefined;
  }
}

/** Image Capture (W3C) as browsers have it; TypeScript's DOM library does not. */
interface PhotoCamera {
  grabFrame(): Promise<ImageBitmap>;
  takePhoto(settings?: { imageWidth?: number; imageHeight?: number }): Promise<Blob>;
  getPhotoCapabilities(): Promise<{ imageWidth?: { max: number }; imageHeight?: { max: number } }>;
}
declare const ImageCapture: (new (track: MediaStreamTrack) => PhotoCamera) | undefined;

const browserTools: StillTools = {
  takePhoto: async track => {
    if (typeof ImageCapture === 'undefined') throw new DOMException('No ImageCapture.', 'NotSupportedError');
    const camera = new ImageCapture(track);
    const { imageWidth, imageHeight } = await within(camera.getPhotoCapabilities());
    return await within(
      camera.takePhoto({
        ...(imageWidth === undefined ? {} : { imageWidth: imageWidth.max }),
        ...(imageHeight === undefined ? {} : { imageHeight: imageHeight.max }),
      }),
    );
  },
  grabFrame: async track => {
    if (typeof ImageCapture !== 'undefined') {
      const frame = await attempt(() => within(new ImageCapture(track).grabFrame()));
      if (frame !== undefined) return frame;
    }
    const video = document.createElement('video');
    video.muted = true;
    video.playsInline = true;
    video.srcObject = new MediaStream([track]);
    try {
      await within(video.play());
      return await createImageBitmap(video);
    } finally {
      video.srcObject = null;
    }
  },
  decode: blob => createImageBitmap(blob),
  encode: async (picture, widthPx, heightPx, quality) => {
    const canvas = document.createElement('canvas');
    [canvas.width, canvas.height] = [widthPx, heightPx];
    const context = canvas.getContext('2d', { willReadFrequently: true });
    if (context === null) throw new DOMException('No canvas.', 'NotSupportedError');
    context.imageSmoothingQuality = 'high';
    context.drawImage(picture, 0, 0, widthPx, heightPx);
    // Now, in some 30 ms: Chromium's `toBlob` and `convertToBlob` wait up to a second for an idle moment
    // (its `canvas_async_blob_creator.cc`), which a call does not have.
    return jpegOf(canvas.toDataURL('image/jpeg', quality));
  },
};

/** @throws DOMException when the canvas was too large to be drawn. */
function jpegOf(dataUrl: string): Blob {
  const [head, base64] = dataUrl.split(',');
  if (head !== 'data:image/jpeg;base64' || base64 === undefined) {
    throw new DOMException('The picture cannot be drawn.', 'DataError');
  }
  return new Blob([Uint8Array.from(atob(base64), letter => letter.charCodeAt(0))], { type: 'image/jpeg' });
}

/** Some cameras never answer: then the video's own frame is taken. */
async function within<Result>(work: Promise<Result>): Promise<Result> {
  let timer: ReturnType<typeof setTimeout> | undefined;
  const late = new Promise<never>((_, reject) => {
    timer = setTimeout(
      () => reject(new DOMException('The camera does not answer.', 'TimeoutError')),
      CAMERA_WITHIN_MS,
    );
  });
  try {
    return await Promise.race([work, late]);
  } finally {
    clearTimeout(timer);
  }
}

const CAMERA_WITHIN_MS = 4_000;
