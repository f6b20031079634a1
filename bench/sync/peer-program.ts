import { createHash } from 'node:crypto';
import { mkdirSync, readFileSync, rmSync } from 'node:fs';
import { createServer } from 'node:http';
import { join } from 'node:path';
import { FileStore } from '@tus/file-store';
import { EVENTS, Server } from '@tus/server';
import express from 'express';
import handlerOf from 'express-pouchdb';
import PouchDB from 'pouchdb';
import { Upload } from 'tus-js-client';
import { type ToPeer } from './peers.ts';

/**
 * The peers that `bench sync` measures against, each in a process of its own:
 * `hub DIR` is express-pouchdb and @tus/server, `pouch DIR URL` and `tus DIR URL` are their kiosks.
 */
const [role = '', dir = '', url = ''] = process.argv.slice(2);
mkdirSync(dir, { recursive: true });
const tell = (message: object): void => {
  process.send?.(message);
};
const heard = (take: (message: ToPeer) => Promise<void>): void => {
  process.on('message', message => void take(message as ToPeer));
  tell({ type: 'ready', port: 0 });
};
process.once('disconnect', () => process.exit(0));

switch (role) {
  case 'hub':
    await runHub();
    break;
  case 'pouch':
    runPouch();
    break;
  default:
    runTus();
}

async function runHub(): Promise<void> {
  const Databases = PouchDB.defaults({ prefix: `${dir}/` });
  const database = new Databases('hub');
  database
    .changes({ live: true, since: 'now' })
    .on('change', ({ id }) => tell({ type: 'there', id, atMs: Date.now() }));
  const app = express();
  app.use(
    '/',
    handlerOf(Databases, { mode: 'minimumForPouchDB', inMemoryConfig: true, logPath: join(dir, 'log') }),
  );
  const tusDir = join(dir, 'tus');
  mkdirSync(tusDir);
  const tus = new Server({ path: '/tus', datastore: new FileStore({ directory: tusDir }) });
  tus.on(EVENTS.POST_FINISH, (_request, _response, upload) => {
    const hash = createHash('sha256').update(readFileSync(join(tusDir, upload.id)));
    tell({ type: 'there', id: hash.digest('hex'), atMs: Date.now() });
  });
  const server = createServer((request, response) => {
    if (request.url?.startsWith('/tus') === true) void tus.handle(request, response);
    else app(request, response);
  });
  await new Promise<void>(resolve => server.listen(0, '127.0.0.1', resolve));
  const address = server.address();
  tell({ type: 'ready', port: typeof address === 'object' ? (address?.port ?? 0) : 0 });
}

function runPouch(): void {
  const Databases = PouchDB.defaults({ prefix: `${dir}/` });
  const database = new Databases('kiosk');
  heard(async message => {
    if (message.type === 'keep') await database.bulkDocs(message.docs);
    // What comes later goes as well, and a failure is tried again, as for a kiosk.
    else if (message.type === 'go') void database.replicate.to(`${url}/hub`, { live: true, retry: true });
    else await database.put(attached(message.id, message.file));
    tell({ type: 'kept' });
  });
}

function attached(id: string, file: string): object {
  const data = readFileSync(file);
  return { _id: id, _attachments: { photo: { content_type: 'image/jpeg', data } } };
}

function runTus(): void {
  heard(async message => {
    tell({ type: 'kept' });
    if (message.type !== 'photo') return;
    const upload = new Upload(readFileSync(message.file), {
      endpoint: `${url}/tus`,
      // Its own pauses are 0, 1, 3 and 5 s, four tries in all: it would give up, or wait much longer.
      retryDelays: Array.from({ length: 200 }, () => 250),
      onError: () => rmSync(dir, { recursive: true }),
    });
    upload.start();
  });
}
