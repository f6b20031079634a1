import { Trans } from '@lingui/react/macro';
import { readEncounter } from '@shimabashi/clinical';
import { type Call, type HubContract, type RowResponse } from '@shimabashi/contracts';
import { useEffect, useMemo, useState } from 'react';
import { useConsole } from '../../console.ts';
import { EmptyNote } from '../../parts/notes.tsx';
import { readOrNull } from '../queue/queue-rows.ts';
import { useDoctor } from '../session/session-gate.tsx';
import styles from './call.module.css';
import { DecisionCard, DecisionMade } from './decision-card.tsx';
import { decisionOf } from './decision-draft.ts';
import { keptDraft, NoteDraft } from './note-draft.ts';
import { NoteEditor } from './note-editor.tsx';

type Chart = RowResponse<HubContract, 'patients.get'>;

/** Note and decision of the visit that the call is about. Nothing closes without a decision. */
export function ActingColumn({
  call,
  patientId,
  chart,
  nowMs,
}: {
  readonly call: Call;
  readonly patientId: string;
  readonly chart: Chart;
  readonly nowMs: number;
}) {
  const { encounterId } = call;
  if (encounterId === null) {
    return (
      <EmptyNote>
        <Trans>この通話には診察がありません。島で受け付けると、記録と決定を書けます。</Trans>
      </EmptyNote>
    );
  }
  const decision = decisionOf(chart.resources, encounterId);
  const encounter = chart.resources
    .flatMap(({ resource }) =>
      resource.resourceType === 'Encounter' && resource.id === encounterId
        ? (readOrNull(readEncounter, resource) ?? [])
        : [],
    )
    .at(0);
  if (decision !== null) return <DecisionMade decision={decision} nowMs={nowMs} />;
  if (encounter?.status === 'finished') {
    return (
      <EmptyNote>
        <Trans>この診察は終わっています</Trans>
      </EmptyNote>
    );
  }
  return (
    <VisitOpen
      key={encounterId}
      patientId={patientId}
      encounterId={encounterId}
      chart={chart}
      nowMs={nowMs}
    />
  );
}

function VisitOpen({
  patientId,
  encounterId,
  chart,
  nowMs,
}: {
  readonly patientId: string;
  readonly encounterId: string;
  readonly chart: Chart;
  readonly nowMs: number;
}) {
  const { api } = useConsole();
  const doctor = useDoctor();
  const kept = useMemo(
    () => keptDraft(chart.resources, { encounterId, authorId: doctor.practitionerId }),
    [chart.resources, encounterId, doctor.practitionerId],
  );
  const [draft] = useState(
    () =>
      new NoteDraft(
        {
          newId: () => crypto.randomUUID(),
          save: async note => {
            const { entry } = await api('notes.save', { ...note, patientId, encounterId });
            return {
              noteId: note.noteId,
              versionId: entry.versionId,
              sections: note.sections,
              savedAtMs: entry.authoredAtMs,
            };
          },
        },
        kept,
      ),
  );
  // Leaving the page loses nothing of what was typed in the last second.
  useEffect(() => () => draft.flush(), [draft]);
  return (
    <div className={styles.act}>
      <NoteEditor draft={draft} kept={kept} nowMs={nowMs} />
      <DecisionCard patientId={patientId} encounterId={encounterId} draft={draft} nowMs={nowMs} />
    </div>
  );
}
