import { type ChildProcess, fork } from 'node:child_process';
import { join } from 'node:path';
import { startThinLine, type LineShape, type ThinLine } from '@shimabashi/tooling/system';

/** What a peer's kiosk is told. */
export type ToPeer =
  | { readonly type: 'keep'; readonly docs: readonly object[] }
  | { readonly type: 'photo'; readonly id: string; readonly file: string }
  /** Begin to replicate, and go on. */
  | { readonly type: 'go' };

type FromPeer =
  | { readonly type: 'ready'; readonly port: number }
  | { readonly type: 'kept' }
  | { readonly type: 'there'; readonly id: string; readonly atMs: number };

/** A peer's hub and one kiosk of it, with a line between them like that of our own. */
export interface Peer {
  readonly line: ThinLine;
  tell(message: ToPeer): Promise<void>;
  /** When each document, or photograph by its hash, came to the hub; by `Date.now()`. */
  readonly there: ReadonlyMap<string, number>;
  stop(): Promise<void>;
}

/** PouchDB 9 with LevelDB ↔ express-pouchdb 4, or tus-js-client 4 ↔ @tus/server 2 on files. */
export async function startPeer(kind: 'pouch' | 'tus', dir: string, shape: LineShape): Promise<Peer> {
  const there = new Map<string, number>();
  const hub = program(['hub', join(dir, `${kind}-hub`)]);
  hub.on('message', (message: FromPeer) => {
    if (message.type === 'there' && !there.has(message.id)) there.set(message.id, message.atMs);
  });
  const { port } = await next(hub, 'ready');
  const line = await startThinLine(() => port);
  line.shape(shape);
  const kiosk = program([kind, join(dir, `${kind}-kiosk`), `http://127.0.0.1:${line.port}`]);
  await next(kiosk, 'ready');
  return {
    line,
    there,
    async tell(message) {
      const kept = next(kiosk, 'kept');
      kiosk.send(message);
      await kept;
    },
    async stop() {
      for (const child of [kiosk, hub]) child.kill('SIGKILL');
      await line.close();
    },
  };
}

function program(args: readonly string[]): ChildProcess {
  return fork(join(import.meta.dirname, 'peer-program.ts'), args, {
    execPath: process.execPath,
    // Photographs and errors of theirs are not ours to print.
    stdio: ['ignore', 'ignore', 'ignore', 'ipc'],
  });
}

function next<Type extends FromPeer['type']>(
  child: ChildProcess,
  type: Type,
): Promise<Extract<FromPeer, { type: Type }>> {
  return new Promise((resolve, reject) => {
    const heard = (message: FromPeer): void => {
      if (message.type !== type) return;
      child.off('message', heard);
      child.off('exit', gone);
      resolve(message as Extract<FromPeer, { type: Type }>);
    };
    const gone = (code: number | null): void => reject(new Error(`A peer ended with ${String(code)}.`));
    child.on('message', heard);
    child.once('exit', gone);
  });
}
