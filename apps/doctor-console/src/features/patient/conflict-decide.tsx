import { Trans, useLingui } from '@lingui/react/macro';
import { type HubContract, type RecordConflict, type RowRequest } from '@shimabashi/contracts';
import { Button, localeOf } from '@shimabashi/ui';
import { useMutation, useQueryClient } from '@tanstack/react-query';
import { useId, useRef, useState } from 'react';
import { queryKeys } from '../../api/queries.ts';
import { useConsole } from '../../console.ts';
import { ErrorNote } from '../../parts/notes.tsx';
import { useDoctor } from '../session/session-gate.tsx';
import { type Choices, chosenResource } from './conflict-choice.ts';
import styles from './patient.module.css';

const REASON_CHARS_MAX = 1_000;

/** The decision: what was chosen, why, and whose it is. */
export function DecideForm({
  patientId,
  conflict,
  choices,
}: {
  readonly patientId: string;
  readonly conflict: RecordConflict;
  readonly choices: Choices;
}) {
  const { t, i18n } = useLingui();
  const doctor = useDoctor();
  const reasonId = useId();
  const [reason, setReason] = useState('');
  const resource = chosenResource(conflict, choices);
  const open = choices.filter(choice => choice === null).length;
  const decide = useDecide(patientId, conflict);
  const locked =
    open > 0
      ? t`まだ選んでいないところが ${open}か所あります`
      : resource === undefined
        ? t`どちらかの版を選んでください`
        : reason.trim() === ''
          ? t`理由を書くと、決められます`
          : undefined;
  const name = localeOf(i18n) === 'ja' ? doctor.name : doctor.nameLatin;
  return (
    <div className={styles.decide}>
      <div>
        <label htmlFor={reasonId}>
          <Trans>決めた理由</Trans>
        </label>
        <input
          id={reasonId}
          value={reason}
          maxLength={REASON_CHARS_MAX}
          placeholder={t`例：本人に電話で確かめた`}
          onChange={event => setReason(event.target.value)}
        />
      </div>
      <Button
        kind="primary"
        working={decide.isPending}
        lockedReason={locked}
        onPress={() => {
          if (resource !== undefined) decide.mutate({ resource, reason: reason.trim() });
        }}
      >
        {decide.isPending ? <Trans>保存しています</Trans> : <Trans>{name} がこの内容に決める</Trans>}
      </Button>
      {decide.isError ? <ErrorNote error={decide.error} repeats={false} /> : null}
    </div>
  );
}

type Decided = Pick<RowRequest<HubContract, 'conflicts.resolve'>, 'resource' | 'reason'>;

/** The same decision is sent under the same id, so that one whose answer got lost is made once. */
function useDecide(patientId: string, { heads }: RecordConflict) {
  const { api } = useConsole();
  const client = useQueryClient();
  const sent = useRef<{ readonly decided: string; readonly operationId: string } | null>(null);
  return useMutation({
    mutationFn: async ({ resource, reason }: Decided) => {
      const [left, right] = heads;
      if (left === undefined || right === undefined) throw new Error('Assertion failed: two versions');
      const decided = JSON.stringify([resource, reason]);
      if (sent.current?.decided !== decided) sent.current = { decided, operationId: crypto.randomUUID() };
      const { operationId } = sent.current;
      const versionIds: [string, string] = [left.versionId, right.versionId];
      return await api('conflicts.resolve', { operationId, patientId, versionIds, resource, reason });
    },
    // Also after a refusal: the versions may not be what they were.
    onSettled: async () => {
      await client.invalidateQueries({ queryKey: queryKeys.patient(patientId) });
      await client.invalidateQueries({ queryKey: queryKeys.patients });
    },
  });
}
