import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { pageOf, readPush, UNREADABLE } from './push-payload.ts';

const ALERT = '11111111-1111-4111-8111-111111111111';
const message = (notification: object) => JSON.stringify({ web_push: 8030, notification });

describe('a pushed message', () => {
  it('is shown as the hub wrote it', () => {
    const notification = {
      title: '警報',
      body: '汐見島',
      tag: `alert-${ALERT}`,
      data: { alertId: ALERT, round: 2 },
    };
    expect(readPush(message({ ...notification, navigate: 'https://example.org/' }))).toEqual({
      title: '警報',
      body: '汐見島',
      tag: `alert-${ALERT}`,
      alertId: ALERT,
      callId: null,
      round: 2,
    });
  });

  it.each([undefined, '', 'text', '[]', 'null', '{}', message({ title: 'x' })])(
    'that cannot be read (%s) still says that there is an alarm',
    text => {
      expect(readPush(text)).toEqual(UNREADABLE);
    },
  );

  it('never throws, and opens nothing but a page of ours', () => {
    fc.assert(
      fc.property(fc.oneof(fc.string(), fc.json()), fc.anything(), (text, id) => {
        expect(readPush(text).title).not.toBe('');
        expect(pageOf({ alertId: id, callId: id })).toBe('/');
      }),
    );
    expect(pageOf({ alertId: ALERT })).toBe(`/alerts/${ALERT}`);
    expect(pageOf({ alertId: null, callId: ALERT })).toBe(`/calls/${ALERT}`);
  });
});
