import { Trans, useLingui } from '@lingui/react/macro';
import { PARAMETERS, type Visit } from '@shimabashi/contracts';
import { Button, formatReading, Icon, parameterLabel, ParameterName, unitWords } from '@shimabashi/ui';
import { useEffect, useEffectEvent, useRef, useState } from 'react';
import { Button as AriaButton } from 'react-aria-components';
import { BackButton } from '../parts/back-button.tsx';
import { Problem } from '../parts/problem.tsx';
import { previousValue, type SavedLine } from '../state/chart.ts';
import {
  canSave,
  type DigitKey,
  HAND_PARAMETERS,
  type HandDraft,
  type HandFault,
  handFault,
  handJobOf,
  hasEntries,
  type HandParameter,
  pressDigit,
} from '../state/hand-entry.ts';
import { nextJob, runSave, type SaveState } from '../state/save-readings.ts';
import { useKiosk } from '../state/use-kiosk.ts';
import styles from './hand-entry.module.css';

/** Why no device gave the number, as it is kept in the chart: in the chart's language. */
const REASONS = [
  '機器がない',
  '機器がこわれている',
  '電池が切れている',
  '手で測った',
  '紙の記録から',
] as const;
type HandReason = (typeof REASONS)[number];

/** Numbers that no device sends: typed by the nurse, with the reason, into the open visit. */
export function HandEntry({
  visit,
  lines,
  onDone,
}: {
  readonly visit: Visit;
  readonly lines: readonly SavedLine[];
  readonly onDone: () => void;
}) {
  const [draft, setDraft] = useState<HandDraft>({});
  const [chosen, setChosen] = useState<HandParameter>('systolic-pressure');
  const [reason, setReason] = useState<HandReason | null>(null);
  const { state, save } = useHandSave(visit.encounterId, onDone);
  const previousOf = (parameter: HandParameter) => previousValue(lines, parameter, visit.openedAtMs)?.value;
  const isUnsure = isUnsureOf(state);
  const press = (key: DigitKey) => {
    if (isUnsure || state.state === 'saving') return;
    setDraft({ ...draft, [chosen]: pressDigit(draft[chosen] ?? '', key, chosen) });
  };
  return (
    <main className={styles.page}>
      <section className={styles.list} aria-labelledby="hand-title">
        <div className={styles.head}>
          <BackButton className={styles.back} onPress={onDone} />
          <h2 id="hand-title">
            <Trans>手で入れる</Trans>
          </h2>
        </div>
        {HAND_PARAMETERS.map(parameter => (
          <ParameterLine
            key={parameter}
            parameter={parameter}
            digits={draft[parameter] ?? ''}
            isChosen={parameter === chosen}
            fault={handFault(draft, parameter, previousOf(parameter))}
            previous={previousOf(parameter)}
            onChoose={() => setChosen(parameter)}
          />
        ))}
      </section>
      <DigitPad parameter={chosen} onKey={press} />
      <SavePanel
        draft={draft}
        reason={reason}
        state={state}
        onReason={chosenReason => {
          if (!isUnsure) setReason(chosenReason);
        }}
        onSave={save}
      />
    </main>
  );
}

function SavePanel(props: {
  readonly draft: HandDraft;
  readonly reason: HandReason | null;
  readonly state: SaveState;
  readonly onReason: (reason: HandReason) => void;
  readonly onSave: (draft: HandDraft, reason: HandReason) => void;
}) {
  const { t } = useLingui();
  const { draft, reason, state } = props;
  const locked = !hasEntries(draft)
    ? t`値を入れると、保存できます`
    : !canSave(draft)
      ? t`しるしのついた値を、直してください`
      : reason === null
        ? t`理由をえらぶと、保存できます`
        : undefined;
  return (
    <section className={styles.right} aria-labelledby="reason-title">
      <h2 id="reason-title">
        <Trans>手で入れる理由</Trans>
      </h2>
      <Reasons chosen={reason} onChoose={props.onReason} />
      <div className={styles.save}>
        {state.state === 'failed' ? <Problem error={state.error} /> : null}
        <Button
          kind="primary"
          wide
          className={styles.button}
          working={state.state === 'saving'}
          lockedReason={locked}
          onPress={() => reason !== null && props.onSave(draft, reason)}
        >
          <SaveWord state={state} />
        </Button>
      </div>
    </section>
  );
}

function SaveWord({ state }: { readonly state: SaveState }) {
  if (state.state === 'saving') return <Trans>保存しています</Trans>;
  return isUnsureOf(state) ? <Trans>もう一度 保存する</Trans> : <Trans>カルテに保存</Trans>;
}

/** Whether the store has it is unknown: only the very same may be sent again. */
function isUnsureOf(state: SaveState): boolean {
  return state.state === 'failed' && state.error.retryable;
}

function ParameterLine(props: {
  readonly parameter: HandParameter;
  readonly digits: string;
  readonly isChosen: boolean;
  readonly fault: HandFault | undefined;
  readonly previous: number | undefined;
  readonly onChoose: () => void;
}) {
  const { i18n } = useLingui();
  const { parameter, digits, isChosen, fault, previous } = props;
  const before = previous === undefined ? null : formatReading(i18n, parameter, previous);
  return (
    <AriaButton
      className={styles.line ?? ''}
      aria-pressed={isChosen}
      data-hand={parameter}
      onPress={props.onChoose}
    >
      <b>
        <ParameterName parameter={parameter} />
      </b>
      <span className={styles.typed}>
        <strong>{digits === '' ? '—' : digits}</strong> {unitWords(i18n, PARAMETERS[parameter].unit)}
      </span>
      <span className={styles.note} data-fault={fault?.kind}>
        {fault !== undefined ? (
          <FaultWords fault={fault} parameter={parameter} />
        ) : before === null ? null : (
          <Trans>前回 {before}</Trans>
        )}
      </span>
    </AriaButton>
  );
}

function FaultWords({ fault, parameter }: { readonly fault: HandFault; readonly parameter: HandParameter }) {
  const { i18n } = useLingui();
  switch (fault.kind) {
    case 'range': {
      const { min, max } = fault;
      return (
        <Trans>
          {min} から {max} のあいだです
        </Trans>
      );
    }
    case 'pressures-swapped':
      return <Trans>上と下が逆ではありませんか</Trans>;
    case 'pressure-missing':
      return <Trans>こちらも入れてください</Trans>;
    case 'far-from-previous': {
      const previous = formatReading(i18n, parameter, fault.previous);
      return <Trans>前回 {previous}。もう一度 見てください</Trans>;
    }
  }
}

const DIGITS = ['1', '2', '3', '4', '5', '6', '7', '8', '9'] as const;

/** A numeric pad for gloved thumbs, and the keyboard's digits as well. */
function DigitPad({
  parameter,
  onKey,
}: {
  readonly parameter: HandParameter;
  readonly onKey: (key: DigitKey) => void;
}) {
  const { t, i18n } = useLingui();
  const press = useEffectEvent((event: KeyboardEvent) => {
    if (/^[\d.]$/.test(event.key)) onKey(event.key as DigitKey);
    else if (event.key === 'Backspace') onKey('delete');
  });
  useEffect(() => {
    const listener = (event: KeyboardEvent) => press(event);
    window.addEventListener('keydown', listener);
    return () => window.removeEventListener('keydown', listener);
  }, []);
  return (
    <fieldset className={styles.pad} aria-label={parameterLabel(i18n, parameter)}>
      {DIGITS.map(digit => (
        <Button key={digit} kind="outline" className={styles.key} onPress={() => onKey(digit)}>
          {digit}
        </Button>
      ))}
      <Button kind="outline" className={styles.key} onPress={() => onKey('.')} aria-label={t`小数点`}>
        .
      </Button>
      <Button kind="outline" className={styles.key} onPress={() => onKey('0')}>
        0
      </Button>
      <Button kind="outline" className={styles.word} onPress={() => onKey('delete')}>
        <Icon name="erase" />
        {t`1つ消す`}
      </Button>
    </fieldset>
  );
}

function Reasons({
  chosen,
  onChoose,
}: {
  readonly chosen: HandReason | null;
  readonly onChoose: (reason: HandReason) => void;
}) {
  return (
    <ul className={styles.reasons}>
      {REASONS.map(reason => (
        <li key={reason}>
          <AriaButton
            className={styles.reason ?? ''}
            aria-pressed={chosen === reason}
            onPress={() => onChoose(reason)}
          >
            <i>{chosen === reason ? <Icon name="check" /> : null}</i>
            <ReasonWords reason={reason} />
          </AriaButton>
        </li>
      ))}
    </ul>
  );
}

function ReasonWords({ reason }: { readonly reason: HandReason }) {
  switch (reason) {
    case '機器がない':
      return <Trans>機器がない</Trans>;
    case '機器がこわれている':
      return <Trans>機器がこわれている</Trans>;
    case '電池が切れている':
      return <Trans>電池が切れている</Trans>;
    case '手で測った':
      return <Trans>手で測った</Trans>;
    case '紙の記録から':
      return <Trans>紙の記録から</Trans>;
  }
}

/** Saves under the same ids until the store has answered; leaves the screen only then. */
function useHandSave(encounterId: string, onDone: () => void) {
  const { api, model, clock } = useKiosk();
  const [state, setState] = useState<SaveState>({ state: 'idle' });
  const lifetime = useRef(new AbortController());
  useEffect(() => {
    const opened = new AbortController();
    lifetime.current = opened;
    return () => opened.abort();
  }, []);
  const save = (draft: HandDraft, reason: HandReason) => {
    if (state.state === 'saving') return;
    const job = nextJob(state, () => handJobOf(encounterId, draft, reason, () => crypto.randomUUID()));
    const { signal } = lifetime.current;
    setState({ state: 'saving', job });
    void runSave(api, job, { signal, nowMs: clock.nowMs }).then(outcome => {
      if (signal.aborted) return;
      setState(outcome);
      if (outcome.state === 'saved') {
        model.chartChanged();
        onDone();
      } else if (outcome.state === 'failed' && outcome.error.code === 'DOOR_CLOSED') model.doorClosed();
    });
  };
  return { state, save };
}
