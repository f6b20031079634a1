import { expect, it } from 'vitest';
import { SOUNDS } from '@shimabashi/clinical';
import { type MouthContext, SecondMouth } from './second-mouth.ts';

/** Web Audio as far as we use it, which writes down what plays. */
function playedContext() {
  const log: string[] = [];
  const waves: Float32Array[] = [];
  let sources = 0;
  const context = {
    sampleRate: 8_000,
    destination: {},
    state: 'suspended',
    resume: async () => {
      log.push('resume');
      context.state = 'running';
    },
    createBuffer: () => ({ copyToChannel: (wave: Float32Array) => void waves.push(wave) }),
    createBufferSource: () => {
      sources += 1;
      const name = sources;
      return {
        loop: false,
        connect: () => {},
        start() {
          log.push(`start ${name} ${this.loop ? 'again and again' : 'once'}`);
        },
        stop: () => void log.push(`stop ${name}`),
      };
    },
  };
  return { context: context as unknown as MouthContext, log, waves };
}

it('sounds the figure of the kiosk again and again, until it need not', () => {
  const { context, log, waves } = playedContext();
  const mouth = new SecondMouth(() => context);
  mouth.sound(undefined);
  mouth.sound('high');
  mouth.sound('high');
  expect(mouth.heard()).toBe('high');
  mouth.sound('ring');
  mouth.sound(undefined);
  expect(mouth.heard()).toBeUndefined();
  expect(log).toEqual([
    'resume',
    'start 1 again and again',
    'stop 1',
    'resume',
    'start 2 again and again',
    'stop 2',
  ]);
  expect(waves[0]).toHaveLength((SOUNDS.high.lengthMs * 8_000) / 1_000);
  expect(Math.max(...waves[0]!)).toBeGreaterThan(0.3);
});
