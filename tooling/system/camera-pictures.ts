export interface DrawnCamera {
  readonly label: string;
  readonly deviceId: string;
  readonly png: string;
  readonly width: number;
  readonly height: number;
  readonly hasClock: boolean;
}

/** What `installPictures` leaves in the page as `cameraPictures`. */
export interface Pictures {
  /** The scene from each place of its swing, one way and back; drawn once in a page. Packed I420. */
  readonly sceneOf: (camera: DrawnCamera) => Promise<readonly Uint8Array<ArrayBuffer>[]>;
  /** Writes the machine's time into the frame: `bench/glass.ts` reads it. */
  readonly drawClock: (frame: Uint8Array, camera: DrawnCamera) => void;
}

/** Runs in the page, before the cameras. */
export function installPictures(): void {
  /** How far the picture swings, in pixels; even, since colour has half the lines. */
  const SWING = 8;

  interface Plane {
    readonly bytes: Uint8Array<ArrayBuffer>;
    readonly stride: number;
  }
  /** Brightness, then both colours at half the size: I420, as a webcam's driver hands it over. */
  type Planes = readonly [y: Plane, u: Plane, v: Plane];

  /** Full-range RGB to BT.601 in the range of video, which is what WebRTC takes I420 for. */
  const planesOf = ({ data, width, height }: ImageData): Planes => {
    const half = width / 2;
    const y = new Uint8Array(width * height);
    const u = new Uint8Array((half * height) / 2);
    const v = new Uint8Array((half * height) / 2);
    for (let index = 0; index < y.length; index += 1) {
      const [r, g, b] = [data[index * 4]!, data[index * 4 + 1]!, data[index * 4 + 2]!];
      y[index] = 16 + 0.257 * r + 0.504 * g + 0.098 * b;
      const [line, column] = [Math.floor(index / width), index % width];
      if (line % 2 === 1 || column % 2 === 1) continue;
      const colour = (line / 2) * half + column / 2;
      u[colour] = 128 - 0.148 * r - 0.291 * g + 0.439 * b;
      v[colour] = 128 + 0.439 * r - 0.368 * g - 0.071 * b;
    }
    return [
      { bytes: y, stride: width },
      { bytes: u, stride: half },
      { bytes: v, stride: half },
    ];
  };

  const scenes = new Map<string, Promise<readonly Uint8Array<ArrayBuffer>[]>>();
  const sceneOf = (camera: DrawnCamera): Promise<readonly Uint8Array<ArrayBuffer>[]> => {
    const { deviceId, png, width, height } = camera;
    const known = scenes.get(deviceId);
    if (known !== undefined) return known;
    const drawn = (async () => {
      const bytes = Uint8Array.from(atob(png), letter => letter.codePointAt(0) ?? 0);
      const picture = await createImageBitmap(new Blob([bytes], { type: 'image/png' }));
      const canvas = new OffscreenCanvas(width + SWING, height + SWING);
      const drawing = canvas.getContext('2d', { willReadFrequently: true });
      if (drawing === null) throw new DOMException('No drawing', 'NotReadableError');
      drawing.drawImage(picture, 0, 0, canvas.width, canvas.height);
      const planes = planesOf(drawing.getImageData(0, 0, canvas.width, canvas.height));
      const there = Array.from({ length: SWING / 2 + 1 }, (_, step) => frameOf(planes, camera, step * 2));
      return [...there, ...there.slice(1, -1).toReversed()];
    })();
    scenes.set(deviceId, drawn);
    return drawn;
  };

  /** One frame: the scene from a place of its swing, packed. */
  const frameOf = (planes: Planes, { width, height }: DrawnCamera, from: number): Uint8Array<ArrayBuffer> => {
    const frame = new Uint8Array((width * height * 3) / 2);
    let at = 0;
    for (const [index, { bytes, stride }] of planes.entries()) {
      const part = index === 0 ? 1 : 2;
      for (let line = from / part; line < (from + height) / part; line += 1) {
        const start = line * stride + from / part;
        frame.set(bytes.subarray(start, start + width / part), at);
        at += width / part;
      }
    }
    return frame;
  };

  /** The time as black and white blocks, 8 × 3, most significant bit first. */
  const drawClock = (frame: Uint8Array, { width, height }: DrawnCamera): void => {
    const nowMs = Math.round(performance.timeOrigin + performance.now());
    const [blockWidth, blockHeight] = [width / 8, height / 12];
    for (let line = 0; line < blockHeight * 3; line += 1) {
      for (let column = 0; column < 8; column += 1) {
        const bit = Math.floor(line / blockHeight) * 8 + column;
        const from = line * width + column * blockWidth;
        frame.fill(Math.floor(nowMs / 2 ** (23 - bit)) % 2 === 1 ? 235 : 16, from, from + blockWidth);
      }
    }
    // No colour beside the blocks.
    for (const plane of [width * height, (width * height * 5) / 4]) {
      frame.fill(128, plane, plane + (blockHeight * 3 * width) / 4);
    }
  };

  Object.assign(globalThis, { cameraPictures: { sceneOf, drawClock } });
}
