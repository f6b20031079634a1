import { EventEmitter } from 'node:events';
import { describe, expect, it, vi } from 'vitest';
import { shellLineOf } from './shell-line.ts';

/** A process that a shell has forked, as far as the line looks at it. */
function forked(connected: boolean) {
  const self = Object.assign(new EventEmitter(), { connected, send: () => true });
  const gone = vi.fn<() => void>();
  shellLineOf(self as unknown as NodeJS.Process)?.onGone(gone);
  return { self, gone };
}

describe('the line to the shell', () => {
  it('tells when the shell has gone', () => {
    const { self, gone } = forked(true);
    expect(gone).not.toHaveBeenCalled();
    self.emit('disconnect');
    expect(gone).toHaveBeenCalledOnce();
  });

  it('tells it also when the shell went before anybody asked', () => {
    expect(forked(false).gone).toHaveBeenCalledOnce();
  });
});
