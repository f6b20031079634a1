import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  buildConsult,
  buildDecision,
  buildEncounter,
  buildNote,
  finishEncounter,
  isDecision,
  isNote,
  readDecision,
  readEncounter,
  readNote,
} from './index.ts';
import { textOfNarrative } from './narrative.ts';
import { anyConsultInput, anyDecisionInput, anyEncounterInput, anyNoteInput } from './testing/arbitraries.ts';

describe('a consult', () => {
  it('is read as one, with its times, and is part of its visit', () => {
    fc.assert(
      fc.property(anyConsultInput, input => {
        const built = buildConsult(input);
        const { startedAtMs, endedAtMs, patientId, consultId } = input;
        expect(readEncounter(built)).toMatchObject({
          encounterId: consultId,
          patientId,
          kind: 'consult',
          status: endedAtMs === null ? 'in-progress' : 'finished',
          startedAtMs,
          finishedAtMs: endedAtMs === null ? null : Math.max(startedAtMs, endedAtMs),
        });
        expect(built.partOf?.reference).toBe(
          input.visitId === null ? undefined : `Encounter/${input.visitId}`,
        );
        expect(built.participant?.length ?? 0).toBe(input.participants.length);
      }),
    );
  });
});

describe('a visit that is over', () => {
  it('is finished and keeps everything else, whatever the clocks said', () => {
    fc.assert(
      fc.property(anyEncounterInput, fc.integer({ min: 0, max: 4_102_444_800_000 }), (input, nowMs) => {
        const before = buildEncounter(input);
        const after = finishEncounter(before, nowMs);
        const startedAtMs = input.startedAtMs ?? nowMs;
        expect(readEncounter(after)).toEqual({
          ...readEncounter(before),
          status: 'finished',
          startedAtMs,
          finishedAtMs: Math.max(startedAtMs, nowMs),
        });
        expect({ ...after, status: 0, period: 0 }).toEqual({ ...before, status: 0, period: 0 });
      }),
    );
  });
});

describe('a note', () => {
  it('is read as it was written, but for sections without a word', () => {
    fc.assert(
      fc.property(anyNoteInput, input => {
        const built = buildNote(input);
        const sections = Object.fromEntries(
          Object.entries(input.sections).map(([name, text]) => [name, text.trim() === '' ? '' : text]),
        );
        const { noteId, patientId, encounterId, authorId, status, writtenAtMs } = input;
        const facts = { noteId, patientId, encounterId, authorId, status, writtenAtMs, sections };
        expect(readNote(built)).toEqual(facts);
        expect(isNote(built)).toBe(true);
      }),
    );
  });

  it('reads the words of a narrative that somebody else made', () => {
    const div =
      '<div xmlns="http://www.w3.org/1999/xhtml"><p>咳 <b>3日</b></p> <p>&lt;38 ℃ &amp;amp;</p></div>';
    expect(textOfNarrative({ div })).toBe('咳 3日\n<38 ℃ &amp;');
    expect(textOfNarrative(undefined)).toBe('');
  });
});

describe('a decision', () => {
  it('is read as it was decided', () => {
    fc.assert(
      fc.property(anyDecisionInput, input => {
        const built = buildDecision(input);
        expect(readDecision(built)).toEqual(input);
        expect(isDecision(built)).toBe(true);
      }),
    );
  });

  it('that is not whole is refused, not guessed', () => {
    const [input] = fc.sample(anyDecisionInput, { numRuns: 1, seed: 7 });
    const { summary: _, ...without } = buildDecision(input!);
    expect(() => readDecision(without as never)).toThrow(
      expect.objectContaining({ code: 'RESOURCE_INVALID' }),
    );
  });
});
