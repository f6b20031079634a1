import { expect, it } from 'vitest';
import { readSoundConfig } from './config.ts';

const here =
  (...programs: string[]) =>
  (path: string) =>
    programs.some(program => path === `/usr/bin/${program}`);
const playerOf = (
  environment: Record<string, string>,
  isProgram: (path: string) => boolean = () => false,
) => {
  const read = readSoundConfig({ PATH: '/bin:/usr/bin', ...environment }, isProgram);
  return read.ok ? read.config.player : read.line;
};

it('plays through what this machine has, ALSA’s player before all others', () => {
  expect(playerOf({}, here('paplay', 'aplay'))?.[0]).toBe('aplay');
  expect(playerOf({}, here('paplay', 'pw-play'))?.[0]).toBe('pw-play');
  expect(playerOf({}, here('paplay'))).toContain('--raw');
  expect(playerOf({})).toBeUndefined();
});

it('or through what it is told', () => {
  expect(playerOf({ KIOSK_SOUND_PLAYER: 'aplay -D  hw:1 -' }, here('aplay'))).toEqual([
    'aplay',
    '-D',
    'hw:1',
    '-',
  ]);
  expect(playerOf({ KIOSK_SOUND_PLAYER: '["/my player", "a b"]' })).toEqual(['/my player', 'a b']);
  expect(playerOf({ KIOSK_SOUND_PLAYER: '' }, here('aplay'))?.[0]).toBe('aplay');
});

it.each([
  ['KIOSK_SOUND_PLAYER', '[1]', 'must be a program'],
  ['KIOSK_SOUND_PLAYER', '[', 'must be a program'],
  ['KIOSK_SOUND_PLAYER', '  ', 'must be a program'],
  ['KIOSK_SOUND_VOLUME', '11', 'must be a number from 0 to 1'],
  ['KIOSK_SOUND_VOLUME', 'loud', 'must be a number from 0 to 1'],
])('refuses %s=%s in one line', (name, value, problem) => {
  const read = readSoundConfig({ [name]: value });
  expect(read).toEqual({ ok: false, line: expect.stringMatching(`^${name}: ${problem}`) });
});
