import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  Alarm,
  type AlarmAnswer,
  type QualityFlag,
  type Sample,
  SOUND_PAUSE_MS,
} from '@shimabashi/contracts';
import {
  type Episode,
  type EpisodeEvent,
  isSounding,
  type Moment,
  nextEpisode,
  noEpisode,
  resumedEpisode,
  type WatchedRule,
} from './episode.ts';

const START_MS = Date.UTC(2026, 10, 24);
const NURSE = { practitionerId: 'n1', name: '汐入 さやか', nameLatin: '', role: 'nurse' } as const;
const DOCTOR = { practitionerId: 'd1', name: '灘 誠', nameLatin: '', role: 'doctor' } as const;
const RULE: WatchedRule = {
  ruleId: 'spo2-low',
  deviceId: 'nonin-1',
  deviceName: 'Nonin',
  limit: { kind: 'below', value: 90 },
  forMs: 15_000,
  newAlarmId: sampleId => `00000000-0000-8000-8000-${sampleId.padStart(12, '0')}`,
};

function spo2(id: number, value: number | null, quality: readonly QualityFlag[] = []): Sample {
  return {
    sampleId: String(id),
    deviceId: 'nonin-1',
    parameter: 'SpO2',
    measured: value === null ? { status: 'absent', reason: 'sensor-off' } : { status: 'measured', value },
    unit: '%',
    quality: [...quality],
    origin: 'live',
    deviceTime: null,
    receivedAtMs: START_MS,
    sequence: id,
    rawHex: '',
  };
}

/** A bedside that a test plays: three numbers a second, as Nonin sends them. */
function bedside(start: Episode = noEpisode({ nowMs: START_MS, monotonicMs: 0 })) {
  let episode = start;
  let monotonicMs = 0;
  let lastId = 0;
  const at = (): Moment => ({ nowMs: START_MS + monotonicMs, monotonicMs });
  const ended: Alarm[] = [];
  const take = (event: EpisodeEvent) => {
    episode = nextEpisode(episode, event, at(), RULE);
    if (episode.alarm?.state === 'resolved') ended.push(episode.alarm);
  };
  return {
    alarm: () => episode.alarm,
    /** Every alarm that was resolved. */
    ended: () => ended,
    now: () => START_MS + monotonicMs,
    reads: (value: number | null, forMs: number, quality: readonly QualityFlag[] = []) => {
      for (const endMs = monotonicMs + forMs; monotonicMs < endMs;) {
        monotonicMs += 333;
        take({ kind: 'sample', sample: spo2((lastId += 1), value, quality) });
      }
    },
    nothing: (forMs: number) => {
      for (const endMs = monotonicMs + forMs; monotonicMs < endMs;) {
        monotonicMs += 500;
        take({ kind: 'tick' });
      }
    },
    withdraw: () => take({ kind: 'withdrawn' }),
    answer: (kind: AlarmAnswer['kind'], by: AlarmAnswer['by'] = NURSE) =>
      take({
        kind: 'answer',
        answer: { kind, alarmId: episode.alarm?.alarmId ?? RULE.newAlarmId('0'), by, atMs: at().nowMs },
      }),
  };
}

describe('a low SpO₂', () => {
  it('is an alarm after the rule’s time, not before', () => {
    const bed = bedside();
    bed.reads(97, 5_000);
    bed.reads(89, 14_900);
    expect(bed.alarm()).toBeUndefined();
    bed.reads(88, 1_000);
    expect(Alarm.parse(bed.alarm())).toMatchObject({
      state: 'active',
      value: 88,
      priority: 'high',
      unit: '%',
    });
  });

  it('at the limit is none', () => {
    const bed = bedside();
    bed.reads(90, 60_000);
    expect(bed.alarm()).toBeUndefined();
  });

  it.each(['artifact', 'out-of-track', 'motion', 'sensor-alarm', 'questionable'] as const)(
    'does not count while the device says %s, and is not forgotten by it',
    flag => {
      const bed = bedside();
      bed.reads(85, 14_000);
      bed.reads(85, 20_000, [flag]);
      expect(bed.alarm()).toBeUndefined();
      bed.reads(85, 2_000);
      expect(bed.alarm()?.state).toBe('active');
    },
  );

  it('counts with weak perfusion: so a patient in trouble looks', () => {
    const bed = bedside();
    bed.reads(85, 16_000, ['perfusion-low']);
    expect(bed.alarm()?.state).toBe('active');
  });

  it('begins anew after a usable value, and after half a minute of nothing', () => {
    const bed = bedside();
    bed.reads(85, 14_000);
    bed.reads(91, 400);
    bed.reads(85, 14_000);
    bed.nothing(31_000);
    bed.reads(85, 14_000);
    expect(bed.alarm()).toBeUndefined();
  });

  it('stays until it is both gone for five seconds and answered', () => {
    const bed = bedside();
    bed.reads(85, 16_000);
    bed.reads(92, 4_000);
    expect(bed.alarm()?.state).toBe('active');
    bed.reads(92, 2_000);
    expect(bed.alarm()?.state).toBe('latched');
    expect(bed.alarm()?.endedAtMs).toBeLessThan(bed.now());
    expect(isSounding(bed.alarm()!, bed.now())).toBe(true);
    bed.answer('acknowledge');
    expect(bed.alarm()).toMatchObject({ state: 'resolved', acknowledged: { by: NURSE } });
  });

  it('is quiet and on after it was answered, and ends by itself when the value is back', () => {
    const bed = bedside();
    bed.reads(85, 16_000);
    bed.answer('acknowledge', DOCTOR);
    expect(bed.alarm()).toMatchObject({ state: 'active', acknowledged: { by: DOCTOR } });
    expect(isSounding(bed.alarm()!, bed.now())).toBe(false);
    bed.reads(95, 6_000);
    expect(bed.ended()).toHaveLength(1);
    expect(bed.alarm()).toBeUndefined();
  });

  it('that comes back while it is latched is the same episode; after it was resolved, another', () => {
    const bed = bedside();
    bed.reads(85, 16_000);
    const first = bed.alarm()!.alarmId;
    bed.reads(95, 6_000);
    bed.reads(85, 16_000);
    expect(bed.alarm()).toMatchObject({ alarmId: first, state: 'active', endedAtMs: null });
    bed.answer('acknowledge');
    bed.reads(95, 6_000);
    expect(bed.ended()).toHaveLength(1);
    expect(bed.alarm()).toBeUndefined();
    bed.reads(85, 16_000);
    expect(bed.alarm()?.state).toBe('active');
    expect(bed.alarm()?.alarmId).not.toBe(first);
  });
});

describe('an alarm without a signal', () => {
  it.each([
    ['the finger is out of the sensor', (bed: ReturnType<typeof bedside>) => bed.reads(null, 3_500)],
    ['nothing comes', (bed: ReturnType<typeof bedside>) => bed.nothing(3_500)],
    ['the device is gone', (bed: ReturnType<typeof bedside>) => bed.withdraw()],
  ])('is latched, never over: %s', (_, lose) => {
    const bed = bedside();
    bed.reads(85, 16_000);
    lose(bed);
    expect(bed.alarm()).toMatchObject({ state: 'latched', endedAtMs: null });
    expect(bed.alarm()?.signalLostAtMs).not.toBeNull();
    expect(isSounding(bed.alarm()!, bed.now())).toBe(true);
    bed.nothing(600_000);
    expect(bed.alarm()?.state).toBe('latched');
    bed.reads(85, 400);
    expect(bed.alarm()).toMatchObject({ state: 'active', signalLostAtMs: null });
  });

  it('is over once somebody who is there has seen it; a doctor far away only ends the sound', () => {
    const bed = bedside();
    bed.reads(85, 16_000);
    bed.withdraw();
    bed.answer('acknowledge', DOCTOR);
    expect(bed.alarm()).toMatchObject({ state: 'latched', acknowledged: { by: DOCTOR } });
    bed.answer('acknowledge', NURSE);
    expect(bed.alarm()).toMatchObject({ state: 'resolved', acknowledged: { by: DOCTOR } });
    bed.reads(85, 14_000);
    expect(bed.alarm()).toBeUndefined();
  });

  it('goes on as the same episode when another process takes over', () => {
    const before = bedside();
    before.reads(85, 16_000);
    const after = bedside(resumedEpisode(before.alarm()!, { nowMs: START_MS, monotonicMs: 0 }));
    after.nothing(4_000);
    expect(after.alarm()).toMatchObject({ alarmId: before.alarm()!.alarmId, state: 'latched' });
    after.reads(95, 6_000);
    expect(after.alarm()).toMatchObject({ state: 'latched', signalLostAtMs: null });
    expect(after.alarm()?.endedAtMs).not.toBeNull();
  });
});

describe('a pause of the sound', () => {
  it('ends after two minutes, or when the clock was set back', () => {
    const bed = bedside();
    bed.reads(85, 16_000);
    bed.answer('pause-sound');
    expect(bed.alarm()?.soundPaused).toEqual({ by: NURSE, untilMs: bed.now() + SOUND_PAUSE_MS });
    expect(isSounding(bed.alarm()!, bed.now())).toBe(false);
    expect(isSounding(bed.alarm()!, bed.now() - 1)).toBe(true);
    bed.reads(85, SOUND_PAUSE_MS + 400);
    expect(bed.alarm()?.soundPaused).toBeNull();
    expect(isSounding(bed.alarm()!, bed.now())).toBe(true);
  });

  it('of an alarm that was acknowledged changes nothing', () => {
    const bed = bedside();
    bed.reads(85, 16_000);
    bed.answer('acknowledge');
    bed.answer('pause-sound');
    expect(bed.alarm()?.soundPaused).toBeNull();
  });
});

/** What may happen at a bedside, each after some time; `jumpMs` sets the wall clock. */
const happening = fc.record({
  afterMs: fc.oneof(fc.integer({ min: 0, max: 900 }), fc.integer({ min: 0, max: 40_000 })),
  jumpMs: fc.oneof({ weight: 9, arbitrary: fc.constant(0) }, fc.integer({ min: -1e9, max: 1e9 })),
  what: fc.oneof(
    {
      weight: 12,
      arbitrary: fc.record({
        kind: fc.constant('read' as const),
        value: fc.constantFrom(84, 85, 88, 89, 89, 89, 90, 91, 97, null),
        quality: fc.constantFrom<readonly QualityFlag[]>([], [], [], ['motion'], ['perfusion-low']),
        times: fc.integer({ min: 1, max: 40 }),
      }),
    },
    { weight: 1, arbitrary: fc.record({ kind: fc.constantFrom('tick' as const, 'withdrawn' as const) }) },
    {
      weight: 2,
      arbitrary: fc.record({
        kind: fc.constantFrom('acknowledge' as const, 'pause-sound' as const),
        by: fc.constantFrom(NURSE, DOCTOR),
      }),
    },
  ),
});

/** Everything that happened, one event a line, with where the rule stood after it. */
function played(happenings: readonly (typeof happening extends fc.Arbitrary<infer T> ? T : never)[]) {
  const steps: { at: Moment; event: EpisodeEvent; before: Episode; after: Episode }[] = [];
  let at: Moment = { nowMs: START_MS, monotonicMs: 0 };
  let episode = noEpisode(at);
  let lastId = 0;
  const take = (event: EpisodeEvent) => {
    const before = episode;
    episode = nextEpisode(episode, event, at, RULE);
    steps.push({ at, event, before, after: episode });
  };
  for (const { afterMs, jumpMs, what } of happenings) {
    at = { nowMs: at.nowMs + afterMs + jumpMs, monotonicMs: at.monotonicMs + afterMs };
    switch (what.kind) {
      case 'read':
        for (let time = 0; time < what.times; time += 1) {
          at = { nowMs: at.nowMs + 600, monotonicMs: at.monotonicMs + 600 };
          take({ kind: 'sample', sample: spo2((lastId += 1), what.value, what.quality) });
        }
        break;
      case 'tick':
      case 'withdrawn':
        take({ kind: what.kind });
        break;
      case 'acknowledge':
      case 'pause-sound':
        take({
          kind: 'answer',
          answer: {
            kind: what.kind,
            by: what.by,
            alarmId: episode.alarm?.alarmId ?? RULE.newAlarmId('0'),
            atMs: at.nowMs,
          },
        });
    }
  }
  return steps;
}

const isOn = ({ alarm }: Episode) => alarm !== undefined && alarm.state !== 'resolved';

/** The time beyond the limit, worked out from everything that came, in another way than the rule's. */
function timeBeyondMs(steps: ReturnType<typeof played>): number {
  let totalMs = 0;
  for (let index = steps.length - 1; index > 0; index -= 1) {
    const { event, at } = steps[index]!;
    if (event.kind !== 'sample' || event.sample.measured.status !== 'measured') continue;
    if (event.sample.quality.includes('motion')) continue;
    if (event.sample.measured.value >= 90) return totalMs;
    const before = steps.slice(0, index).findLast(step => step.event.kind === 'sample');
    if (before?.event.kind !== 'sample' || before.event.sample.measured.status !== 'measured') continue;
    const isUsable = !before.event.sample.quality.includes('motion');
    const gapMs = at.monotonicMs - before.at.monotonicMs;
    if (isUsable && before.event.sample.measured.value < 90 && gapMs <= 3_000) totalMs += gapMs;
  }
  return totalMs;
}

describe('whatever happens at the bedside', () => {
  const happenings = fc.array(happening, { maxLength: 30 });

  it('no alarm is raised without the condition for its time', () => {
    fc.assert(
      fc.property(happenings, list => {
        const steps = played(list);
        for (const [index, { before, after }] of steps.entries()) {
          if (isOn(before) || !isOn(after)) continue;
          expect(timeBeyondMs(steps.slice(0, index + 1))).toBeGreaterThanOrEqual(RULE.forMs);
        }
      }),
    );
  });

  it('an alarm that is on is heard, unless a person has answered it', () => {
    fc.assert(
      fc.property(happenings, list => {
        for (const { at, after } of played(list)) {
          if (!isOn(after)) continue;
          const { acknowledged, soundPaused } = after.alarm!;
          expect(isSounding(after.alarm!, at.nowMs)).toBe(acknowledged === null && soundPaused === null);
        }
      }),
    );
  });

  it('an alarm ends only by an answer, and one episode has one id', () => {
    fc.assert(
      fc.property(happenings, list => {
        const steps = played(list);
        const during = steps.filter(({ before }) => isOn(before));
        for (const { before, after } of during) expect(after.alarm?.alarmId).toBe(before.alarm!.alarmId);
        const ended = during.filter(({ after }) => !isOn(after));
        for (const { after } of ended) expect(after.alarm?.acknowledged).not.toBeNull();
        const begun = steps.filter(({ before, after }) => !isOn(before) && isOn(after));
        expect(new Set(begun.map(({ after }) => after.alarm!.alarmId)).size).toBe(begun.length);
      }),
    );
  });

  it('a sample that comes twice counts once', () => {
    fc.assert(
      fc.property(happenings, list => {
        for (const { at, event, after } of played(list)) {
          if (event.kind !== 'sample' || after.alarm?.state === 'resolved') continue;
          expect(nextEpisode(after, event, at, RULE)).toEqual(after);
        }
      }),
    );
  });

  it('the wall clock decides nothing but what it is for: times that people read, and the pause', () => {
    fc.assert(
      fc.property(happenings, list => {
        const calm = list.map(each => ({ ...each, jumpMs: 0 }));
        const facts = (steps: ReturnType<typeof played>) =>
          steps.map(({ after }) => [after.alarm?.state, after.alarm?.alarmId, after.beyondMs, after.clearMs]);
        expect(facts(played(list))).toEqual(facts(played(calm)));
      }),
    );
  });
});
