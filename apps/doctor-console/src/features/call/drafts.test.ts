import { AppError, type NoteSections } from '@shimabashi/contracts';
import fc from 'fast-check';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { completeDecision, missingOf, NO_DECISION } from './decision-draft.ts';
import { NoteDraft, type SaveNote } from './note-draft.ts';

beforeEach(() => void vi.useFakeTimers());
afterEach(() => void vi.useRealTimers());

/** A hub that keeps versions in a row, and fails when it is told to. */
function hub() {
  const versions: SaveNote[] = [];
  const seen = new Set<string>();
  let failures = 0;
  let ids = 0;
  const draft = new NoteDraft(
    {
      newId: () => `id-${(ids += 1)}`,
      save: async note => {
        await new Promise(resolve => setTimeout(resolve, 300));
        if (failures > 0) {
          failures -= 1;
          throw new AppError('LINK_DOWN', 'No line.');
        }
        if (!seen.has(note.operationId)) {
          seen.add(note.operationId);
          versions.push(note);
        }
        return { noteId: note.noteId, versionId: note.operationId, sections: note.sections, savedAtMs: 7 };
      },
    },
    null,
  );
  return {
    draft,
    versions,
    fails: (times: number) => {
      failures = times;
    },
  };
}

describe('a draft of a note', () => {
  const sections = fc.constantFrom<keyof NoteSections>('subjective', 'objective', 'assessment', 'plan');
  const keys = fc.array(
    fc.record({
      section: sections,
      text: fc.string({ maxLength: 8 }),
      afterMs: fc.integer({ min: 0, max: 3_000 }),
    }),
    { minLength: 1, maxLength: 12 },
  );

  it('ends at the hub as it was typed, each version following the one before, whatever failed', async () => {
    await fc.assert(
      fc.asyncProperty(keys, fc.nat(3), async (typed, failing) => {
        const { draft, versions, fails } = hub();
        fails(failing);
        for (const { section, text, afterMs } of typed) {
          draft.type(section, text);
          await vi.advanceTimersByTimeAsync(afterMs);
        }
        await vi.advanceTimersByTimeAsync(40_000);
        const { sections: shown, state } = draft.getSnapshot();
        // Typed and taken away again before it was saved: there is nothing to save.
        const empty = { subjective: '', objective: '', assessment: '', plan: '' };
        expect(versions.at(-1)?.sections ?? empty).toEqual(shown);
        expect(state).not.toMatch(/saving|failed/);
        const bases = versions.map(({ baseVersionId }) => baseVersionId);
        expect(bases).toEqual(
          [null, ...versions.slice(0, -1).map(({ operationId }) => operationId)].slice(0, bases.length),
        );
      }),
      { numRuns: 60 },
    );
  });

  it('is signed as it stands, after what is on its way has arrived', async () => {
    const { draft, versions } = hub();
    draft.type('plan', '培養');
    await vi.advanceTimersByTimeAsync(1_300);
    draft.type('plan', '培養。毎日 処置');
    const signing = draft.toSign();
    await vi.advanceTimersByTimeAsync(1_000);
    await expect(signing).resolves.toMatchObject({
      baseVersionId: versions[0]?.operationId,
      sections: { plan: '培養。毎日 処置' },
    });
  });

  it('of which nothing was written is none', async () => {
    await expect(hub().draft.toSign()).resolves.toBeNull();
  });
});

describe('a decision', () => {
  const TODAY = '2026-11-24';
  const written = { ...NO_DECISION, reason: '食事がとれる', whenWorse: '38℃以上' };

  it('is complete exactly when nothing is missing', () => {
    const drafts = fc.record({
      kind: fc.constantFrom(null, 'online', 'in-person', 'transfer'),
      reason: fc.constantFrom('', ' ', 'x'),
      whenWorse: fc.constantFrom('', 'x'),
      byDate: fc.constantFrom('', '2026-11-23', '2026-11-24', '2026-12-01'),
      to: fc.constantFrom('', 'x'),
    });
    fc.assert(
      fc.property(drafts, draft => {
        const isComplete = completeDecision(draft, TODAY) !== undefined;
        expect(isComplete).toBe(missingOf(draft, TODAY).length === 0);
      }),
    );
  });

  it('to see somebody names a day that is not past', () => {
    expect(missingOf({ ...written, kind: 'in-person', byDate: '2026-11-23' }, TODAY)).toEqual(['byDate']);
    expect(completeDecision({ ...written, kind: 'in-person', byDate: TODAY }, TODAY)).toEqual({
      kind: 'in-person',
      byDate: TODAY,
      reason: '食事がとれる',
      whenWorse: '38℃以上',
    });
  });
});
