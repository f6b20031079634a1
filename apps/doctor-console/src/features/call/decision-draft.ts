import { type DecisionFacts, readDecision } from '@shimabashi/clinical';
import { type ChartEntry, type Decision, Decision as DecisionSchema } from '@shimabashi/contracts';
import { readOrNull } from '../queue/queue-rows.ts';

/** The decision while it is made: what each choice asks for is kept when another is chosen. */
export interface DecisionDraft {
  readonly kind: Decision['kind'] | null;
  readonly reason: string;
  readonly whenWorse: string;
  /** YYYY-MM-DD. */
  readonly byDate: string;
  readonly to: string;
}

export const NO_DECISION: DecisionDraft = { kind: null, reason: '', whenWorse: '', byDate: '', to: '' };

/** What is still missing, in the order in which it stands on the card. */
export type Missing = 'kind' | 'byDate' | 'to' | 'reason' | 'whenWorse';

export function missingOf(draft: DecisionDraft, todayYmd: string): readonly Missing[] {
  const missing: Missing[] = [];
  if (draft.kind === null) missing.push('kind');
  if (draft.kind === 'in-person' && !(draft.byDate >= todayYmd)) missing.push('byDate');
  if (draft.kind === 'transfer' && draft.to.trim() === '') missing.push('to');
  if (draft.reason.trim() === '') missing.push('reason');
  if (draft.whenWorse.trim() === '') missing.push('whenWorse');
  return missing;
}

/** The decision as it is signed, or undefined while anything is missing. */
export function completeDecision(draft: DecisionDraft, todayYmd: string): Decision | undefined {
  if (missingOf(draft, todayYmd).length > 0) return undefined;
  const { kind, reason, whenWorse, byDate, to } = draft;
  const common = { kind, reason, whenWorse };
  const decision =
    kind === 'in-person' ? { ...common, byDate } : kind === 'transfer' ? { ...common, to } : common;
  return DecisionSchema.safeParse(decision).data;
}

/** The decision with which this visit was closed, if it was. */
export function decisionOf(entries: readonly ChartEntry[], encounterId: string): DecisionFacts | null {
  return (
    entries
      .flatMap(({ resource }) =>
        resource.resourceType === 'ClinicalImpression' ? (readOrNull(readDecision, resource) ?? []) : [],
      )
      .find(facts => facts.encounterId === encounterId) ?? null
  );
}
