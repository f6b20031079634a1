import { type NumberedVersion, WITHDRAWN_CODE } from '@shimabashi/contracts';
import { type Heads } from './heads.ts';
import { type Outbox } from './outbox.ts';
import { type Versions } from './versions.ts';

/** What a kiosk hears of the hub's log: new versions, and that the hub has ours. */
export class Incoming {
  readonly #versions: Versions;
  readonly #heads: Heads;
  readonly #outbox: Outbox;

  constructor(parts: { readonly versions: Versions; readonly heads: Heads; readonly outbox: Outbox }) {
    this.#versions = parts.versions;
    this.#heads = parts.heads;
    this.#outbox = parts.outbox;
  }

  /** Whether anything is different now: a new version, or one of ours that the hub now has. */
  apply({ sequence: hubSequence, operation, receipt }: NumberedVersion): boolean {
    const inserted = this.#versions.insert(operation, { authoredHere: false, receipt });
    if (inserted !== undefined) {
      this.#versions.setHubSequence(inserted, hubSequence);
      this.#heads.add(inserted, operation);
      return true;
    }
    const { operationId, mergedVersionId } = operation;
    const sequence = this.#versions.sequenceOf(operationId);
    if (sequence === undefined) return false;
    if (receipt !== undefined) this.#versions.setReceipt(sequence, receipt);
    const wasWithdrawn = this.#outbox.codeOf(sequence) === WITHDRAWN_CODE;
    // A hub keeps the second parent from a kiosk that does not know such yet: later it comes.
    const hasLearnt = mergedVersionId !== undefined && this.#versions.learnMerged(sequence, mergedVersionId);
    const isNews = this.#confirm(sequence, hubSequence) || hasLearnt;
    if (isNews && (mergedVersionId !== undefined || wasWithdrawn)) this.#heads.renew(operation.resource);
    return isNews;
  }

  /** The hub has taken what we sent. */
  taken({
    operationId,
    sequence: hubSequence,
  }: {
    readonly operationId: string;
    readonly sequence: number;
  }): void {
    const sequence = this.#versions.sequenceOf(operationId);
    if (sequence === undefined || !this.#confirm(sequence, hubSequence)) return;
    const operation = this.#versions.operation(operationId);
    // A hub's merge that was given back counts again from now on.
    if (operation?.mergedVersionId !== undefined) this.#heads.renew(operation.resource);
  }

  /** Notes that the hub has it. Whether that is news. */
  #confirm(sequence: number, hubSequence: number): boolean {
    this.#outbox.remove(sequence);
    return this.#versions.setHubSequence(sequence, hubSequence);
  }
}
