import { connect, createServer, type Socket } from 'node:net';
import { type Relay } from './relay.ts';

export interface LineShape {
  /** Of each direction; all connections share it. */
  readonly bitsPerSecond: number;
  /** From one end to the other, once. */
  readonly delayMs: number;
}

/** A relay of so much a second and such a delay, which counts what has crossed it. */
export interface ThinLine extends Relay {
  /** Null for a line that only this machine limits. */
  shape(shape: LineShape | null): void;
  /** Bytes of TCP's payload that were let through, also where a cut then lost them. */
  readonly crossed: { readonly up: number; readonly down: number };
}

/** About what one packet carries: connections take turns in such portions. */
const PORTION_BYTES = 1_440;
const TICK_MS = 4;
/** Bits a second of a line without a shape. */
const UNLIMITED = 1e9;
/** More than this is never made up for: a burst after a pause would be a faster line. */
const CATCH_UP_MS = 20;

/**
 * A line between two programs of this machine as an island has it. What it has no room for stays with
 * its sender (TCP's own way of saying so); what it carries when it is cut is lost.
 */
export async function startThinLine(targetPort: () => number): Promise<ThinLine> {
  const up = new Direction();
  const down = new Direction();
  let isCut = false;
  const sockets = new Set<Socket>();
  const server = createServer({ noDelay: true, allowHalfOpen: true }, near => {
    if (isCut) {
      near.resetAndDestroy();
      return;
    }
    const far = connect({ host: '127.0.0.1', port: targetPort(), noDelay: true, allowHalfOpen: true });
    join(near, far, up);
    join(far, near, down);
    for (const socket of [near, far]) {
      sockets.add(socket);
      socket.once('close', () => sockets.delete(socket));
    }
  });
  await new Promise<void>((resolve, reject) => {
    server.once('error', reject);
    server.listen(0, '127.0.0.1', resolve);
  });
  const clock = setInterval(() => {
    up.tick();
    down.tick();
  }, TICK_MS);
  const drop = (): void => {
    for (const socket of sockets) socket.resetAndDestroy();
    sockets.clear();
  };
  const address = server.address();
  return {
    port: typeof address === 'object' && address !== null ? address.port : 0,
    crossed: {
      get up() {
        return up.crossedBytes;
      },
      get down() {
        return down.crossedBytes;
      },
    },
    shape(shape) {
      up.shape = shape;
      down.shape = shape;
    },
    cut() {
      isCut = true;
      drop();
    },
    silence() {
      up.isSilent = true;
      down.isSilent = true;
    },
    restore() {
      if (up.isSilent) drop();
      up.isSilent = false;
      down.isSilent = false;
      isCut = false;
    },
    async close() {
      drop();
      clearInterval(clock);
      await new Promise(resolve => server.close(resolve));
    },
  };
}

interface Flow {
  readonly from: Socket;
  readonly to: Socket;
  /** On its way: it has left `from`, and arrives at its time. */
  readonly onTheWay: { readonly bytes: Buffer; readonly dueAtMs: number }[];
  /** All of it has been read; the end arrives behind what is on its way. */
  hasEnded: boolean;
}

class Direction {
  shape: LineShape | null = null;
  isSilent = false;
  crossedBytes = 0;
  readonly #flows: Flow[] = [];
  #allowedBytes = 0;
  #lastAtMs = performance.now();

  add(flow: Flow): void {
    this.#flows.push(flow);
  }

  remove(flow: Flow): void {
    const index = this.#flows.indexOf(flow);
    if (index !== -1) this.#flows.splice(index, 1);
  }

  tick(): void {
    const nowMs = performance.now();
    const bytesPerMs = (this.shape?.bitsPerSecond ?? UNLIMITED) / 8_000;
    this.#allowedBytes = Math.min(
      this.#allowedBytes + (nowMs - this.#lastAtMs) * bytesPerMs,
      Math.max(CATCH_UP_MS * bytesPerMs, 2 * PORTION_BYTES),
    );
    this.#lastAtMs = nowMs;
    if (!this.isSilent) this.#letThrough(nowMs + (this.shape?.delayMs ?? 0));
    for (const flow of this.#flows) arrive(flow, nowMs);
    for (const flow of this.#flows.filter(each => each.hasEnded && each.onTheWay.length === 0)) {
      flow.to.end();
      this.remove(flow);
    }
  }

  /** In turn, a portion each, until nothing more may or wants to go. */
  #letThrough(dueAtMs: number): void {
    let moved = true;
    while (moved) {
      moved = false;
      for (const flow of this.#flows.splice(0)) {
        this.#flows.push(flow);
        if (this.#allowedBytes < PORTION_BYTES) continue;
        const bytes = portionOf(flow.from);
        if (bytes === null) continue;
        moved = true;
        this.#allowedBytes -= bytes.length;
        this.crossedBytes += bytes.length;
        flow.onTheWay.push({ bytes, dueAtMs });
      }
      if (this.#allowedBytes < PORTION_BYTES) return;
      // Who was served last comes first the next time.
      const first = this.#flows.shift();
      if (first !== undefined) this.#flows.push(first);
    }
  }
}

function portionOf(socket: Socket): Buffer | null {
  if (socket.readableLength === 0) {
    socket.read(0); // Without it a paused socket never says that it has ended.
    return null;
  }
  return socket.read(Math.min(PORTION_BYTES, socket.readableLength)) as Buffer | null;
}

function arrive(flow: Flow, nowMs: number): void {
  while (flow.onTheWay.length > 0 && flow.onTheWay[0]!.dueAtMs <= nowMs) {
    const { bytes } = flow.onTheWay.shift()!;
    flow.to.write(bytes);
  }
}

function join(from: Socket, to: Socket, direction: Direction): void {
  const flow: Flow = { from, to, onTheWay: [], hasEnded: false };
  direction.add(flow);
  // Paused: what the line has no room for stays in the sender's buffers.
  from.on('readable', () => {});
  from.on('end', () => {
    flow.hasEnded = true;
  });
  from.on('error', () => to.destroy());
  from.on('close', () => {
    if (flow.hasEnded) return;
    to.destroy();
    direction.remove(flow);
  });
}
