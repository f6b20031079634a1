// @vitest-environment happy-dom
import { AbsentReason, STREAM_STALE_AFTER_MS } from '@shimabashi/contracts';
import { describe, expect, it } from 'vitest';
import { draw } from './testing/draw.tsx';
import { type VitalProps, VitalRow, VitalTile } from './vital.tsx';

const NOW = Date.UTC(2026, 10, 24, 0, 5);
const live: VitalProps = {
  parameter: 'SpO2',
  reading: { measured: { status: 'measured', value: 94 }, quality: [], receivedAtMs: NOW },
  lastValue: { value: 94, atMs: NOW },
  source: 'Nonin 7500',
  nowMs: NOW,
};
const figure = (place: HTMLElement) => place.querySelector<HTMLElement>('[data-parameter="SpO2"]');

describe.each([
  ['row', VitalRow],
  ['tile', VitalTile],
])('a vital %s', (_name, Vital) => {
  it('shows the number with unit, quality, age and device', () => {
    const place = draw().show(<Vital {...live} />);
    expect(figure(place)?.dataset['value']).toBe('94');
    expect(place.textContent).toMatch(/SpO2.*94.*%.*波形 良好.*今・Nonin 7500/);
  });

  it('never shows an old number as the present one', () => {
    const place = draw().show(<Vital {...live} nowMs={NOW + STREAM_STALE_AFTER_MS + 1} />);
    expect(figure(place)?.dataset['value']).toBeUndefined();
    expect(figure(place)?.textContent).toBe('古い');
    expect(place.textContent).toContain('最後は 9:05 に 94 %');
  });

  it('takes the number off when the device is gone, and says since when', () => {
    const place = draw('en').show(<Vital {...live} goneSinceMs={NOW} nowMs={NOW + 60_000} />);
    expect(figure(place)?.textContent).toBe('Not arriving');
    expect(figure(place)?.dataset['value']).toBeUndefined();
    expect(place.textContent).toContain('Since 9:05');
  });

  it('says what to do about a weak signal, and keeps the number lighter', () => {
    const weak = { ...live.reading!, quality: ['perfusion-low' as const] };
    const place = draw().show(<Vital {...live} reading={weak} />);
    expect(place.querySelector('section')?.dataset['state']).toBe('poor');
    expect(place.textContent).toContain('指を温めてください');
  });

  it.each(AbsentReason.options)('has words and a way on for %s, in both languages', reason => {
    const reading = { ...live.reading!, measured: { status: 'absent' as const, reason } };
    const texts = (['ja', 'en'] as const).map(locale => {
      const place = draw(locale).show(<Vital {...live} reading={reading} />);
      expect(figure(place)?.dataset['value']).toBeUndefined();
      expect(place.textContent).not.toContain('94');
      return place.textContent;
    });
    expect(texts[0]).not.toBe(texts[1]);
  });

  it('shows a dash and how it will fill before the first value', () => {
    const place = draw().show(<Vital {...live} reading={undefined} lastValue={undefined} />);
    expect(place.textContent).toContain('—');
    expect(place.textContent).toContain('測ると、自動で入ります');
  });

  it('says who entered a value by hand, and when', () => {
    const byHand = { value: 20, atMs: NOW - 120_000, by: '汐入' };
    const place = draw().show(
      <Vital parameter="respiratory-rate" reading={undefined} byHand={byHand} nowMs={NOW} />,
    );
    expect(place.textContent).toMatch(/20.*回\/分.*汐入が入力.*9:03/);
  });
});
