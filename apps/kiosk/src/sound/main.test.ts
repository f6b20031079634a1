import { type ChildProcess, fork } from 'node:child_process';
import { once } from 'node:events';
import { afterEach, expect, it } from 'vitest';
import { FromService, type SoundStatus } from '@shimabashi/contracts';

const MAIN = new URL('main.ts', import.meta.url).pathname;
const children: ChildProcess[] = [];
afterEach(() => {
  for (const child of children.splice(0)) child.kill('SIGKILL');
});

function start(environment: Record<string, string>) {
  const child = fork(MAIN, { env: { ...process.env, ...environment }, stdio: 'pipe', execArgv: [] });
  children.push(child);
  const sent: FromService[] = [];
  child.on('message', message => sent.push(FromService.parse(message)));
  const sounds = () =>
    sent.flatMap(message =>
      message.type === 'event' && message.event.event === 'sound' ? [message.event.sound] : [],
    );
  const until = async (state: SoundStatus['state'], code: string | null = null) =>
    expect.poll(() => sounds().at(-1), { timeout: 8_000 }).toMatchObject({ state, code });
  return { child, sent, until };
}

it('can be heard through a player, says so when it is gone, and starts it again', async () => {
  const { child, sent, until } = start({ KIOSK_SOUND_PLAYER: 'head -c 300000' });
  await until('quiet');
  await until('broken', 'PLAYER_ENDED');
  await until('quiet');
  expect(sent[0]).toEqual({ type: 'ready' });
  const exited = once(child, 'exit');
  child.send({ type: 'stop' });
  expect(await exited).toEqual([0, null]);
});

it('sounds for the ring of a call, and answers no rows', async () => {
  const { child, sent, until } = start({ KIOSK_SOUND_PLAYER: 'cat' });
  await until('quiet');
  child.send({ type: 'ring', isRinging: true });
  await until('sounding');
  child.send({ type: 'request', id: 1, row: 'alarms.list', body: {} });
  await expect
    .poll(() => sent.find(message => message.type === 'reply'))
    .toMatchObject({ result: { ok: false, error: { code: 'UNKNOWN_ROW' } } });
});

it('ends with one line when a setting is wrong', async () => {
  const { child } = start({ KIOSK_SOUND_VOLUME: 'loud' });
  let said = '';
  child.stderr?.on('data', chunk => (said += String(chunk)));
  expect(await once(child, 'exit')).toEqual([78, null]);
  expect(said).toBe('KIOSK_SOUND_VOLUME: must be a number from 0 to 1\n');
});

it('ends with its shell', async () => {
  const { child, until } = start({ KIOSK_SOUND_PLAYER: 'cat' });
  await until('quiet');
  const exited = once(child, 'exit');
  child.disconnect();
  expect(await exited).toEqual([0, null]);
});
