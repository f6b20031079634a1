// @vitest-environment happy-dom
import { describe, expect, it } from 'vitest';
import { drawKiosk, happen } from '../testing/draw-kiosk.tsx';
import { type PlayedAnswer, playKiosk, refusal, VISIT } from '../testing/play-kiosk.ts';
import { HandEntry } from './hand-entry.tsx';

async function open(rows: Record<string, PlayedAnswer> = {}) {
  const kiosk = playKiosk(rows);
  await kiosk.begin();
  let done = 0;
  const place = await drawKiosk(kiosk, <HandEntry visit={VISIT} lines={[]} onDone={() => (done += 1)} />);
  const button = (words: string) =>
    [...place.querySelectorAll('button')].find(each =>
      words.length === 1 ? each.textContent === words : each.textContent.includes(words),
    );
  const press = (words: string) => happen(() => button(words)?.click());
  const saves = () => kiosk.asked.filter(({ row }) => row === 'observations.save');
  const type = async (parameter: string, digits: string) => {
    await happen(() => place.querySelector<HTMLElement>(`[data-hand="${parameter}"]`)?.click());
    for (const key of digits.split('')) await press(key);
  };
  return { place, press, type, saves, done: () => done };
}

describe('the screen for numbers that no device sends', () => {
  it('saves what was typed, with its reason, and leaves only when the store has said so', async () => {
    const answer = Promise.withResolvers<{ ok: true; body: unknown }>();
    const { type, press, saves, done } = await open({ 'observations.save': () => answer.promise });
    await type('systolic-pressure', '148');
    await type('diastolic-pressure', '86');
    await press('カルテに保存');
    expect(saves()).toHaveLength(0); // No reason yet.
    await press('機器がない');
    await press('カルテに保存');
    expect(saves()).toMatchObject([
      {
        request: {
          encounterId: VISIT.encounterId,
          entries: [
            { source: { kind: 'by-hand', parameter: 'systolic-pressure', value: 148, reason: '機器がない' } },
            { source: { kind: 'by-hand', parameter: 'diastolic-pressure', value: 86 } },
          ],
        },
      },
    ]);
    expect(done()).toBe(0);
    await happen(() => answer.resolve({ ok: true, body: { entries: [{}, {}] } }));
    expect(done()).toBe(1);
  });

  it('does not save a slip of the finger, and says what is wrong', async () => {
    const { type, press, place, saves } = await open();
    await type('body-temperature', '367');
    await press('機器がない');
    await press('カルテに保存');
    expect(place.querySelector('[data-hand="body-temperature"]')?.textContent).toContain('25 から 45');
    expect(saves()).toHaveLength(0);
  });

  it('sends the very same again where it is unknown whether it was saved', async () => {
    const { type, press, saves } = await open({ 'observations.save': () => refusal('DISK_FULL') });
    await type('respiratory-rate', '18');
    await press('手で測った');
    await press('カルテに保存');
    await type('respiratory-rate', '9');
    await press('もう一度 保存する');
    const sent = saves().map(({ request }) => JSON.stringify(request));
    expect(sent).toHaveLength(2);
    expect(new Set(sent).size).toBe(1);
  });
});
