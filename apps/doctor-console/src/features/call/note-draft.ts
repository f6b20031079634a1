import { isNote, readNote } from '@shimabashi/clinical';
import { type ChartEntry, type NoteSections } from '@shimabashi/contracts';
import { readOrNull } from '../queue/queue-rows.ts';

const EMPTY_NOTE: NoteSections = { subjective: '', objective: '', assessment: '', plan: '' };

/** A note as it stands at the hub, in its newest version. */
export interface KeptNote {
  readonly noteId: string;
  readonly versionId: string;
  readonly sections: NoteSections;
  readonly savedAtMs: number;
}

/** The doctor's own draft of this visit, if one was begun. */
export function keptDraft(
  entries: readonly ChartEntry[],
  of: { readonly encounterId: string; readonly authorId: string },
): KeptNote | null {
  const drafts = entries.flatMap(entry => {
    if (!isNote(entry.resource)) return [];
    const facts = readOrNull(readNote, entry.resource);
    const isOwn = facts?.encounterId === of.encounterId && facts.authorId === of.authorId;
    if (facts === null || !isOwn || facts.status !== 'preliminary') return [];
    const { noteId, sections } = facts;
    return [{ noteId, versionId: entry.versionId, sections, savedAtMs: entry.authoredAtMs }];
  });
  return drafts.toSorted((one, other) => other.savedAtMs - one.savedAtMs)[0] ?? null;
}

export interface SaveNote {
  readonly operationId: string;
  readonly baseVersionId: string | null;
  readonly noteId: string;
  readonly sections: NoteSections;
}

export interface NoteDraftDeps {
  /** Saves one version. Gives it as the hub has it. */
  readonly save: (note: SaveNote) => Promise<KeptNote>;
  readonly newId: () => string;
}

export interface NoteDraftState {
  readonly sections: NoteSections;
  /** `kept`: what stands here stands at the hub. */
  readonly state: 'empty' | 'kept' | 'typing' | 'saving' | 'failed';
  readonly savedAtMs: number | null;
  readonly error: unknown;
}

/**
 * The note while it is written. What was typed is saved a moment after the last key, one version
 * after the other; what could not be saved is tried again with the same operation.
 */
export class NoteDraft {
  readonly #deps: NoteDraftDeps;
  readonly #listeners = new Set<() => void>();
  readonly #noteId: string;
  #baseVersionId: string | null;
  #state: NoteDraftState;
  #kept: NoteSections;
  /** What is on its way, or failed on it: sent again as it is, under the same id. */
  #pending: SaveNote | null = null;
  #saving: Promise<void> | null = null;
  #timer: ReturnType<typeof setTimeout> | undefined;

  constructor(deps: NoteDraftDeps, kept: KeptNote | null) {
    this.#deps = deps;
    this.#noteId = kept?.noteId ?? deps.newId();
    this.#baseVersionId = kept?.versionId ?? null;
    this.#kept = kept?.sections ?? EMPTY_NOTE;
    this.#state = {
      sections: this.#kept,
      state: kept === null ? 'empty' : 'kept',
      savedAtMs: kept?.savedAtMs ?? null,
      error: null,
    };
  }

  readonly subscribe = (listener: () => void): (() => void) => {
    this.#listeners.add(listener);
    return () => void this.#listeners.delete(listener);
  };

  readonly getSnapshot = (): NoteDraftState => this.#state;

  type(section: keyof NoteSections, text: string): void {
    this.#set({ sections: { ...this.#state.sections, [section]: text }, state: 'typing' });
    this.#saveIn(SAVE_AFTER_MS);
  }

  /** Saves what is not saved yet, now. For a page that closes. */
  flush(): void {
    clearTimeout(this.#timer);
    if (this.#isDirty()) void this.#save();
  }

  /**
   * What is to be signed, as soon as nothing of it is on its way: the text as it stands, and the
   * version that it follows. Null when nothing was written.
   */
  async toSign(): Promise<Pick<SaveNote, 'noteId' | 'baseVersionId' | 'sections'> | null> {
    clearTimeout(this.#timer);
    while (this.#saving !== null) await this.#saving;
    const { sections } = this.#state;
    const isEmpty = Object.values(sections).every(text => text.trim() === '');
    if (isEmpty && this.#baseVersionId === null) return null;
    return { noteId: this.#noteId, baseVersionId: this.#baseVersionId, sections };
  }

  /** Somebody else's window saved another version of it: ours follows that one. Nothing is lost. */
  follow(kept: KeptNote): void {
    if (kept.noteId !== this.#noteId) return;
    this.#baseVersionId = kept.versionId;
    this.#pending = null;
    this.flush();
  }

  #isDirty(): boolean {
    return this.#pending !== null || !isSame(this.#state.sections, this.#kept);
  }

  #saveIn(ms: number): void {
    clearTimeout(this.#timer);
    this.#timer = setTimeout(() => void this.#save(), ms);
  }

  async #save(): Promise<void> {
    if (this.#saving !== null || !this.#isDirty()) return;
    this.#saving = this.#saveOnce();
    await this.#saving;
    this.#saving = null;
    // What was typed meanwhile.
    if (this.#state.state !== 'failed' && this.#isDirty()) this.#saveIn(SAVE_AFTER_MS);
  }

  async #saveOnce(): Promise<void> {
    this.#pending ??= {
      operationId: this.#deps.newId(),
      baseVersionId: this.#baseVersionId,
      noteId: this.#noteId,
      sections: this.#state.sections,
    };
    const note = this.#pending;
    this.#set({ state: 'saving' });
    try {
      const kept = await this.#deps.save(note);
      this.#pending = null;
      this.#baseVersionId = kept.versionId;
      this.#kept = note.sections;
      this.#set({
        state: isSame(this.#state.sections, note.sections) ? 'kept' : 'typing',
        savedAtMs: kept.savedAtMs,
        error: null,
      });
    } catch (error) {
      this.#set({ state: 'failed', error });
      this.#saveIn(AGAIN_AFTER_MS);
    }
  }

  #set(change: Partial<NoteDraftState>): void {
    this.#state = { ...this.#state, ...change };
    for (const listener of this.#listeners) listener();
  }
}

const SAVE_AFTER_MS = 1_200;
const AGAIN_AFTER_MS = 5_000;

function isSame(one: NoteSections, other: NoteSections): boolean {
  return (Object.keys(one) as (keyof NoteSections)[]).every(section => one[section] === other[section]);
}
