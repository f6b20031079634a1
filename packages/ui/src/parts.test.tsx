// @vitest-environment happy-dom
import { act } from 'react';
import { describe, expect, it, vi } from 'vitest';
import { BRIDGE_STATES, BridgeMark } from './bridge-mark.tsx';
import { Button } from './button.tsx';
import { Digits } from './digits.tsx';
import { QualityBars } from './marks.tsx';
import { draw } from './testing/draw.tsx';

describe('Digits', () => {
  it('gives each digit its cell and says the text whole', () => {
    const place = draw().show(<Digits>11:05</Digits>);
    expect(place.textContent).toBe('11:05');
    expect(place.querySelector('[role=img]')?.getAttribute('aria-label')).toBe('11:05');
    expect(place.querySelectorAll('[role=img] > span')).toHaveLength(4);
  });
});

describe('BridgeMark', () => {
  it('draws every state differently, always with its word', () => {
    const drawings = BRIDGE_STATES.map(state => {
      const place = draw().show(<BridgeMark state={state}>言葉</BridgeMark>);
      expect(place.textContent).toBe('言葉');
      return place.querySelector('svg')?.innerHTML;
    });
    expect(new Set(drawings).size).toBe(BRIDGE_STATES.length);
  });
});

describe('QualityBars', () => {
  it('fills as many bars as there are', () => {
    const place = draw().show(<QualityBars full={2} />);
    expect(place.querySelectorAll('i[data-on]')).toHaveLength(2);
  });
});

describe('Button', () => {
  const press = (place: HTMLElement) => act(() => place.querySelector('button')?.click());

  it('is pressed once for one press', () => {
    const onPress = vi.fn<() => void>();
    press(
      draw().show(
        <Button kind="primary" onPress={onPress}>
          保存
        </Button>,
      ),
    );
    expect(onPress).toHaveBeenCalledOnce();
  });

  it('stays reachable while locked, and says why', () => {
    const onPress = vi.fn<() => void>();
    const { place, show } = draw();
    const button = (lockedReason?: string) =>
      show(
        <Button kind="primary" onPress={onPress} lockedReason={lockedReason}>
          保存
        </Button>,
      );
    button();
    const before = place.querySelector('button');
    act(() => before?.focus());
    button('まだ値がありません');
    const locked = place.querySelector('button');
    expect(locked).toBe(before);
    expect(document.activeElement).toBe(locked);
    expect(locked?.getAttribute('aria-disabled')).toBe('true');
    expect(locked?.hasAttribute('disabled')).toBe(false);
    const reason = document.getElementById(locked?.getAttribute('aria-describedby') ?? '');
    expect(reason?.textContent).toBe('まだ値がありません');
    press(place);
    expect(onPress).not.toHaveBeenCalled();
  });

  it('takes no second press while it works', () => {
    const onPress = vi.fn<() => void>();
    press(
      draw().show(
        <Button kind="primary" onPress={onPress} working>
          保存しています
        </Button>,
      ),
    );
    expect(onPress).not.toHaveBeenCalled();
  });
});
