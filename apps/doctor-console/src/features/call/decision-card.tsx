import { type I18n } from '@lingui/core';
import { msg } from '@lingui/core/macro';
import { Trans, useLingui } from '@lingui/react/macro';
import { type DecisionFacts } from '@shimabashi/clinical';
import { type Decision } from '@shimabashi/contracts';
import { Button, formatClock, formatEraDate, localeOf, practiceDay } from '@shimabashi/ui';
import { useMutation } from '@tanstack/react-query';
import { type ReactNode, useId, useRef, useState } from 'react';
import { Label, Radio, RadioGroup } from 'react-aria-components';
import { useConsole } from '../../console.ts';
import { ErrorNote } from '../../parts/notes.tsx';
import { useDoctor } from '../session/session-gate.tsx';
import styles from './call.module.css';
import { staffName } from './call-words.tsx';
import {
  completeDecision,
  type DecisionDraft,
  type Missing,
  missingOf,
  NO_DECISION,
} from './decision-draft.ts';
import { type NoteDraft } from './note-draft.ts';

const KINDS: readonly Decision['kind'][] = ['online', 'in-person', 'transfer'];
const CHARS_MAX = 500;

/** What every consult ends with: one of three, why, and what to do when it gets worse. */
export function DecisionCard({
  patientId,
  encounterId,
  draft,
  nowMs,
}: {
  readonly patientId: string;
  readonly encounterId: string;
  readonly draft: NoteDraft;
  readonly nowMs: number;
}) {
  const { t, i18n } = useLingui();
  const doctor = useDoctor();
  const [decision, setDecision] = useState<DecisionDraft>(NO_DECISION);
  const today = practiceDay(nowMs);
  const close = useCloseVisit({ patientId, encounterId, draft });
  const complete = completeDecision(decision, today);
  const missing = missingOf(decision, today);
  const change = (part: Partial<DecisionDraft>) => setDecision(before => ({ ...before, ...part }));
  return (
    <section className={styles.decision} aria-label={t`この診察の決定`}>
      <DecisionFields decision={decision} today={today} onChange={change} />
      <Button
        kind="primary"
        wide
        working={close.isPending}
        {...(complete === undefined ? { lockedReason: missingWords(i18n, missing) } : {})}
        onPress={() => {
          if (complete !== undefined) close.mutate(complete);
        }}
      >
        {close.isPending ? (
          <Trans>署名しています</Trans>
        ) : (
          <Trans>{staffName(i18n, doctor)} が署名して診察を終える</Trans>
        )}
      </Button>
      {close.isError ? <ErrorNote error={close.error} repeats={false} /> : null}
    </section>
  );
}

function DecisionFields({
  decision,
  today,
  onChange: change,
}: {
  readonly decision: DecisionDraft;
  readonly today: string;
  readonly onChange: (part: Partial<DecisionDraft>) => void;
}) {
  const { t } = useLingui();
  return (
    <>
      <KindChoice kind={decision.kind} onChange={kind => change({ kind })} />
      {decision.kind === 'in-person' ? (
        <Field label={<Trans>いつまで</Trans>}>
          {id => (
            <input
              id={id}
              type="date"
              min={today}
              value={decision.byDate}
              onChange={event => change({ byDate: event.target.value })}
            />
          )}
        </Field>
      ) : null}
      {decision.kind === 'transfer' ? (
        <Field label={<Trans>どこへ</Trans>}>
          {id => (
            <input
              id={id}
              value={decision.to}
              maxLength={CHARS_MAX}
              placeholder={t`病院・救急`}
              onChange={event => change({ to: event.target.value })}
            />
          )}
        </Field>
      ) : null}
      <Field label={<Trans>理由</Trans>}>
        {id => (
          <textarea
            id={id}
            value={decision.reason}
            maxLength={CHARS_MAX}
            onChange={event => change({ reason: event.target.value })}
          />
        )}
      </Field>
      <Field label={<Trans>悪いとき</Trans>}>
        {id => (
          <textarea
            id={id}
            value={decision.whenWorse}
            maxLength={CHARS_MAX}
            placeholder={t`どうなったら、どこへ`}
            onChange={event => change({ whenWorse: event.target.value })}
          />
        )}
      </Field>
    </>
  );
}

function KindChoice({
  kind: chosen,
  onChange,
}: {
  readonly kind: DecisionDraft['kind'];
  readonly onChange: (kind: DecisionDraft['kind']) => void;
}) {
  return (
    <RadioGroup value={chosen} onChange={picked => onChange(KINDS.find(each => each === picked) ?? null)}>
      <Label className={styles.decisionHead ?? ''}>
        <b>
          <Trans>この診察の決定</Trans>
        </b>{' '}
        <small>
          <Trans>えらぶと終われます</Trans>
        </small>
      </Label>
      <div className={styles.choices}>
        {KINDS.map(kind => (
          <Radio key={kind} value={kind}>
            <KindName kind={kind} />
          </Radio>
        ))}
      </div>
    </RadioGroup>
  );
}

/** One press is one operation, however often it must be sent: another decision is another one. */
function useCloseVisit({
  patientId,
  encounterId,
  draft,
}: {
  readonly patientId: string;
  readonly encounterId: string;
  readonly draft: NoteDraft;
}) {
  const { api, queryClient, queries } = useConsole();
  const lastRef = useRef<{ readonly content: string; readonly operationId: string } | null>(null);
  return useMutation({
    mutationFn: async (decision: Decision) => {
      const note = await draft.toSign();
      const content = JSON.stringify({ decision, note });
      const operationId =
        lastRef.current?.content === content ? lastRef.current.operationId : crypto.randomUUID();
      lastRef.current = { content, operationId };
      await api('visits.close', { operationId, patientId, encounterId, note, decision });
    },
    onSuccess: async () => {
      await queryClient.invalidateQueries(queries.patient(patientId));
      await queryClient.invalidateQueries(queries.calls);
    },
  });
}

/** What was decided and signed. */
export function DecisionMade({
  decision: facts,
  nowMs,
}: {
  readonly decision: DecisionFacts;
  readonly nowMs: number;
}) {
  const { t, i18n } = useLingui();
  const { decision } = facts;
  const at = formatClock(facts.decidedAtMs ?? nowMs);
  return (
    <section className={styles.decision} data-decided={decision.kind} aria-label={t`この診察の決定`}>
      <h2 className={styles.decisionHead}>
        <b>
          <Trans>診察を終えました</Trans>
        </b>{' '}
        <small>{at}</small>
      </h2>
      <p className={styles.decided}>
        <KindName kind={decision.kind} />
      </p>
      <dl>
        {decision.kind === 'in-person' ? (
          <Fact name={<Trans>いつまで</Trans>}>{formatEraDate(decision.byDate, localeOf(i18n))}</Fact>
        ) : null}
        {decision.kind === 'transfer' ? <Fact name={<Trans>どこへ</Trans>}>{decision.to}</Fact> : null}
        <Fact name={<Trans>理由</Trans>}>{decision.reason}</Fact>
        <Fact name={<Trans>悪いとき</Trans>}>{decision.whenWorse}</Fact>
      </dl>
    </section>
  );
}

function Fact({ name, children }: { readonly name: ReactNode; readonly children: ReactNode }) {
  return (
    <div className={styles.field}>
      <dt>{name}</dt>
      <dd>{children}</dd>
    </div>
  );
}

function Field({
  label,
  children,
}: {
  readonly label: ReactNode;
  readonly children: (id: string) => ReactNode;
}) {
  const id = useId();
  return (
    <div className={styles.field}>
      <label htmlFor={id}>{label}</label>
      {children(id)}
    </div>
  );
}

function KindName({ kind }: { readonly kind: Decision['kind'] }) {
  switch (kind) {
    case 'online':
      return (
        <span>
          <Trans>オンラインで続ける</Trans>
        </span>
      );
    case 'in-person':
      return (
        <span>
          <Trans>対面にする</Trans>
          <small>
            <Trans>日を決める</Trans>
          </small>
        </span>
      );
    case 'transfer':
      return (
        <span>
          <Trans>搬送する</Trans>
          <small>
            <Trans>どこへ</Trans>
          </small>
        </span>
      );
  }
}

const MISSING_WORDS = {
  kind: msg`三つから一つ`,
  byDate: msg`いつまで`,
  to: msg`どこへ`,
  reason: msg`理由`,
  whenWorse: msg`悪いとき`,
} as const satisfies Record<Missing, object>;

function missingWords(i18n: I18n, missing: readonly Missing[]): string {
  const what = missing.map(each => i18n._(MISSING_WORDS[each])).join('・');
  return i18n._(msg`まだ書いていません：${what}`);
}
