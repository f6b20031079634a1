import { describe, expect, it } from 'vitest';
import { alert, step } from '../../testing/alert.ts';
import { DOCTOR, NOW_MS } from '../../testing/chart.ts';
import { alertsToShow, isHeardBy, withAlert } from './alert-state.ts';

const accepted = { by: DOCTOR, atMs: NOW_MS };
const ME = DOCTOR.practitionerId;

describe('an alert is heard', () => {
  it.each([
    ['by whose turn it is', alert(), true],
    ['by who has not answered in their turn', alert({ steps: [step({ state: 'no-answer' })] }), true],
    ['not yet by who comes next', alert({ steps: [step({ state: 'to-come' })] }), false],
    ['not by who is not on the roster', alert({ steps: [] }), false],
    ['by everybody when nobody confirmed', alert({ state: 'unconfirmed', steps: [] }), true],
    ['no more by who has seen it', alert({ steps: [step({ state: 'seen', seenAtMs: NOW_MS })] }), false],
    ['no more when somebody has it', alert({ state: 'accepted', accepted }), false],
    ['no more when it is over', alert({ state: 'resolved' }), false],
  ])('%s', (_when, given, heard) => {
    expect(isHeardBy(given, ME)).toBe(heard);
  });
});

it('shows first what nobody has, the most urgent and the oldest before the others', () => {
  const one = alert({ alertId: 'a', state: 'accepted', accepted, raisedAtMs: 1 });
  const two = alert({ alertId: 'b', priority: 'medium', raisedAtMs: 2 });
  const three = alert({ alertId: 'c', raisedAtMs: 4 });
  const four = alert({ alertId: 'd', raisedAtMs: 3 });
  const over = alert({ alertId: 'e', state: 'resolved' });
  expect(alertsToShow([one, two, three, four, over]).map(({ alertId }) => alertId)).toEqual([
    'd',
    'c',
    'b',
    'a',
  ]);
});

it('holds one of each, as it is now', () => {
  const changed = alert({ state: 'accepted', accepted });
  expect(withAlert([alert()], changed)).toEqual([changed]);
});
