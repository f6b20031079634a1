import { mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { request } from 'node:http';
import { pino } from 'pino';
import { afterAll, afterEach, describe, expect, it } from 'vitest';
import { WebSocket } from 'ws';
import { ROW_BODY_BYTES_MAX } from '@shimabashi/contracts';
import { describeDoorContract, playBroker } from '../testing/door-contract.ts';
import { enterLoopbackDoor } from '../testing/loopback-client.ts';
import { DoorKeys } from './door-keys.ts';
import { openLoopbackDoor } from './door.ts';

const folder = mkdtempSync(join(tmpdir(), 'door-'));
writeFileSync(join(folder, 'index.html'), '<!doctype html>');
afterAll(() => rmSync(folder, { recursive: true }));

async function openDoor() {
  const broker = playBroker();
  const keys = new DoorKeys(folder);
  const logged: string[] = [];
  const logger = pino({ level: 'info' }, { write: (line: string) => void logged.push(line) });
  const screens: number[] = [];
  const onScreens = (open: number): void => void screens.push(open);
  const door = await openLoopbackDoor({ broker, keys, rendererDir: folder, logger, port: 0, onScreens });
  keys.publish();
  return { broker, keys, logged, screens, ...door };
}

describeDoorContract('loopback', async () => {
  const { broker, keys, port, close } = await openDoor();
  const { api } = await enterLoopbackDoor(port, keys.issueToken());
  return { api, broker, close };
});

describe('loopback door', () => {
  const open: (() => Promise<void>)[] = [];
  afterEach(() => Promise.all(open.splice(0).map(close => close())));
  const opened = async () => {
    const door = await openDoor();
    open.push(door.close);
    const { cookie } = await enterLoopbackDoor(door.port, door.keys.issueToken());
    return { ...door, cookie };
  };

  /** One raw request, so that Host and Origin are what the test says. */
  const send = (port: number, path: string, headers: Record<string, string>, body = '{}') =>
    new Promise<{ status: number; text: string }>((resolve, reject) => {
      const sent = request({ host: '127.0.0.1', port, path, method: 'POST', headers }, response => {
        let text = '';
        response.on('data', chunk => (text += String(chunk)));
        response.on('end', () => resolve({ status: response.statusCode ?? 0, text }));
      });
      sent.on('error', reject);
      sent.end(body);
    });

  it.each([
    ['no cookie', { cookie: '' }, 401, 'DOOR_CLOSED'],
    ['another cookie', { cookie: 'kiosk_session=guess' }, 401, 'DOOR_CLOSED'],
    ['another Host', { host: 'evil.example' }, 403, 'FORBIDDEN'],
    ['another port in Host', { host: '127.0.0.1:1' }, 403, 'FORBIDDEN'],
    ['another Origin', { origin: 'https://evil.example' }, 403, 'FORBIDDEN'],
    ['an opaque Origin', { origin: 'null' }, 403, 'FORBIDDEN'],
    ['another site', { 'sec-fetch-site': 'cross-site' }, 403, 'FORBIDDEN'],
  ])('refuses a request with %s', async (_case, changed, status, code) => {
    const { port, cookie, broker } = await opened();
    const headers = { host: `127.0.0.1:${port}`, cookie, 'content-type': 'application/json', ...changed };
    const answer = await send(port, '/api/today.list', headers);
    expect(answer.status).toBe(status);
    expect(JSON.parse(answer.text)).toMatchObject({ ok: false, error: { code } });
    expect(broker.asked).toEqual([]);
  });

  it.each([
    ['malformed JSON', '{', 'application/json', 400, 'BAD_REQUEST'],
    ['an oversized body', `"${'x'.repeat(ROW_BODY_BYTES_MAX)}"`, 'application/json', 413, 'TOO_LARGE'],
    ['another content type', 'a=b', 'application/x-www-form-urlencoded', 400, 'BAD_REQUEST'],
  ])('refuses %s in words of the table, and logs none of it', async (_case, body, type, status, code) => {
    const { port, cookie, logged } = await opened();
    const answer = await send(
      port,
      '/api/today.list',
      { host: `127.0.0.1:${port}`, cookie, 'content-type': type },
      body,
    );
    expect(answer.status).toBe(status);
    expect(JSON.parse(answer.text)).toMatchObject({ ok: false, error: { code } });
    expect(logged.join('')).not.toContain('xxx');
    expect(logged.join('')).toContain(code);
  });

  it('trades a token once', async () => {
    const { port, keys } = await opened();
    const token = keys.issueToken();
    const body = JSON.stringify({ token });
    const headers = { host: `127.0.0.1:${port}`, 'content-type': 'application/json' };
    expect((await send(port, '/session', headers, body)).status).toBe(204);
    expect((await send(port, '/session', headers, body)).status).toBe(401);
  });

  it('keeps a token for engineers in a file that only the user of the kiosk can read', async () => {
    const { port } = await opened();
    const file = join(folder, 'door-token');
    const token = readFileSync(file, 'utf8');
    expect(statSync(file).mode & 0o777).toBe(0o600);
    const { cookie } = await enterLoopbackDoor(port, token);
    expect(cookie).toContain(`kiosk_session_${port}=`);
    expect(readFileSync(file, 'utf8')).not.toBe(token);
  });

  it.each([
    ['no cookie', (port: number) => ({ origin: `http://127.0.0.1:${port}`, cookie: '' })],
    ['another origin', () => ({ origin: 'https://evil.example' })],
  ])('lets nobody listen with %s', async (_case, changed) => {
    const { port, cookie } = await opened();
    const socket = new WebSocket(`ws://127.0.0.1:${port}/events`, { headers: { cookie, ...changed(port) } });
    const refused = await new Promise(resolve => {
      socket.on('error', resolve);
      socket.on('open', () => resolve(undefined));
    });
    expect(String(refused)).toMatch(/40[13]/);
  });

  it('closes on a screen that talks where it may only listen, and counts screens', async () => {
    const { port, cookie, screens } = await opened();
    const socket = new WebSocket(`ws://127.0.0.1:${port}/events`, { headers: { cookie } });
    await new Promise(resolve => socket.on('open', resolve));
    const closed = new Promise(resolve => socket.on('close', code => resolve(code)));
    socket.send('{}');
    await expect(closed).resolves.toBe(4400);
    await expect.poll(() => screens).toEqual([1, 0]);
  });

  it('leaves the token file of a kiosk that runs alone until its own door is open', async () => {
    await opened();
    const file = join(folder, 'door-token');
    const ofTheOneThatRuns = readFileSync(file, 'utf8');
    const second = new DoorKeys(folder);
    expect(readFileSync(file, 'utf8')).toBe(ofTheOneThatRuns);
    second.publish();
    expect(readFileSync(file, 'utf8')).not.toBe(ofTheOneThatRuns);
  });
});
