import { Trans, useLingui } from '@lingui/react/macro';
import { type AllergyStanding, type RecordChange } from '@shimabashi/contracts';
import { Button, Icon } from '@shimabashi/ui';
import { type ReactNode, useEffect, useId, useRef, useState } from 'react';
import { Button as AriaButton } from 'react-aria-components';
import { BackButton } from '../parts/back-button.tsx';
import { KanaKeyboard } from '../parts/kana-keyboard.tsx';
import { Problem } from '../parts/problem.tsx';
import {
  draftFault,
  draftOf,
  type EditState,
  type EditTarget,
  nextRequest,
  runEdit,
} from '../state/record-draft.ts';
import { useKiosk } from '../state/use-kiosk.ts';
import styles from './record-edit.module.css';

export type { EditTarget };

/** How the nurse knows, as it is kept in the chart: in the chart's language. */
const REASONS = ['本人から聞いた', '家族から聞いた', '紹介状・お薬手帳で見た', '書きまちがいを直す'] as const;
type EditReason = (typeof REASONS)[number];

type TextField = 'telephone' | 'address' | 'substance' | 'reaction';
const FIELDS = {
  contact: ['telephone', 'address'],
  allergy: ['substance', 'reaction'],
} as const satisfies Record<RecordChange['kind'], readonly TextField[]>;

/** Changes a telephone, an address or an allergy, with the reason. */
export function RecordEdit({
  patientId,
  target,
  onDone,
}: {
  readonly patientId: string;
  readonly target: EditTarget;
  readonly onDone: () => void;
}) {
  const [before] = useState(() => draftOf(target));
  const [draft, setDraft] = useState(before);
  const [chosen, setChosen] = useState<TextField>(FIELDS[target.kind][0]);
  const [reason, setReason] = useState<EditReason | null>(null);
  const { state, save } = useEditSave(onDone);
  const fault = draftFault(before, draft);
  const setText = (field: TextField, text: string) => setDraft({ ...draft, [field]: text } as RecordChange);
  return (
    <main className={styles.page}>
      <section className={styles.form} aria-labelledby="edit-title">
        <div className={styles.head}>
          <BackButton className={styles.back} onPress={onDone} />
          <h2 id="edit-title">
            <Title target={target} />
          </h2>
        </div>
        {FIELDS[target.kind].map(field => (
          <TextLine
            key={field}
            field={field}
            text={textOf(draft, field)}
            isChosen={field === chosen}
            onChoose={() => setChosen(field)}
            onText={text => setText(field, text)}
          />
        ))}
        {draft.kind === 'allergy' ? (
          <AllergyChoices draft={draft} isNew={target.base === null} onDraft={setDraft} />
        ) : null}
        <div className={styles.save}>
          {state.state === 'failed' ? <Problem error={state.error} /> : null}
          <SaveButton
            state={state}
            fault={fault}
            reason={reason}
            onSave={given =>
              save({
                patientId,
                baseVersionId: target.base?.versionId ?? null,
                change: draft,
                reason: given,
              })
            }
          />
        </div>
      </section>
      <section className={styles.right}>
        <KanaKeyboard text={textOf(draft, chosen)} onText={text => setText(chosen, text)} />
        <Reasons chosen={reason} onChoose={setReason} />
      </section>
    </main>
  );
}

function Title({ target }: { readonly target: EditTarget }) {
  if (target.kind === 'contact') return <Trans>電話・住所を直す</Trans>;
  return target.base === null ? <Trans>アレルギーを加える</Trans> : <Trans>アレルギーを直す</Trans>;
}

function textOf(draft: RecordChange, field: TextField): string {
  const texts: Readonly<Partial<Record<TextField, unknown>>> = draft;
  const text = texts[field];
  return typeof text === 'string' ? text : '';
}

/** Longest text of a field. Source: contracts, `records.edit`. */
const CHARACTERS_MAX = 200;

function TextLine({
  field,
  text,
  isChosen,
  onChoose,
  onText,
}: {
  readonly field: TextField;
  readonly text: string;
  readonly isChosen: boolean;
  readonly onChoose: () => void;
  readonly onText: (text: string) => void;
}) {
  const { t } = useLingui();
  const id = useId();
  const labels: Readonly<Record<TextField, string>> = {
    telephone: t`電話`,
    address: t`住所`,
    substance: t`なにに（薬・食べ物など）`,
    reaction: t`どうなったか`,
  };
  return (
    <div className={styles.line} data-chosen={isChosen || undefined}>
      <label htmlFor={id}>{labels[field]}</label>
      <input
        id={id}
        // The kiosk's own keyboard stands beside it; a hardware one works too. Enter saves nothing.
        inputMode="none"
        data-field={field}
        value={text}
        maxLength={CHARACTERS_MAX}
        autoComplete="off"
        spellCheck={false}
        onFocus={onChoose}
        onChange={event => onText(event.target.value)}
      />
    </div>
  );
}

type AllergyDraft = Extract<RecordChange, { kind: 'allergy' }>;

function AllergyChoices({
  draft,
  isNew,
  onDraft,
}: {
  readonly draft: AllergyDraft;
  readonly isNew: boolean;
  readonly onDraft: (draft: AllergyDraft) => void;
}) {
  const { t } = useLingui();
  const standings: readonly (readonly [AllergyStanding, string])[] = [
    ['active', t`いまもある`],
    ['inactive', t`いまはない`],
    ['entered-in-error', t`書きまちがい（取り消す）`],
  ];
  return (
    <>
      <div className={styles.choices}>
        <Choice isChosen={draft.severe} onPress={() => onDraft({ ...draft, severe: true })}>
          <Trans>重い</Trans>
        </Choice>
        <Choice isChosen={!draft.severe} onPress={() => onDraft({ ...draft, severe: false })}>
          <Trans>重くない</Trans>
        </Choice>
      </div>
      {isNew ? null : (
        <div className={styles.choices}>
          {standings.map(([standing, words]) => (
            <Choice
              key={standing}
              isChosen={draft.standing === standing}
              onPress={() => onDraft({ ...draft, standing })}
            >
              {words}
            </Choice>
          ))}
        </div>
      )}
    </>
  );
}

function Reasons({
  chosen,
  onChoose,
}: {
  readonly chosen: EditReason | null;
  readonly onChoose: (reason: EditReason) => void;
}) {
  const { t } = useLingui();
  const words: Readonly<Record<EditReason, string>> = {
    本人から聞いた: t`本人から聞いた`,
    家族から聞いた: t`家族から聞いた`,
    '紹介状・お薬手帳で見た': t`紹介状・お薬手帳で見た`,
    書きまちがいを直す: t`書きまちがいを直す`,
  };
  return (
    <fieldset className={styles.reasons} aria-label={t`なぜ変えるか`}>
      {REASONS.map(reason => (
        <Choice key={reason} isChosen={reason === chosen} onPress={() => onChoose(reason)}>
          {words[reason]}
        </Choice>
      ))}
    </fieldset>
  );
}

function Choice({
  isChosen,
  onPress,
  children,
}: {
  readonly isChosen: boolean;
  readonly onPress: () => void;
  readonly children: ReactNode;
}) {
  return (
    <AriaButton className={styles.choice ?? ''} aria-pressed={isChosen} onPress={onPress}>
      <i>{isChosen ? <Icon name="check" /> : null}</i>
      {children}
    </AriaButton>
  );
}

function SaveButton({
  state,
  fault,
  reason,
  onSave,
}: {
  readonly state: EditState;
  readonly fault: ReturnType<typeof draftFault>;
  readonly reason: EditReason | null;
  readonly onSave: (reason: EditReason) => void;
}) {
  const { t } = useLingui();
  const locked =
    fault === 'substance-missing'
      ? t`なにに、を入れると保存できます`
      : fault === 'unchanged'
        ? t`まだ何も変えていません`
        : reason === null
          ? t`なぜ変えるかをえらぶと、保存できます`
          : undefined;
  return (
    <Button
      kind="primary"
      wide
      className={styles.button}
      working={state.state === 'saving'}
      lockedReason={locked}
      onPress={() => reason !== null && onSave(reason)}
    >
      {state.state === 'saving' ? <Trans>保存しています</Trans> : <Trans>カルテに保存</Trans>}
    </Button>
  );
}

/** Leaves the form only when the store has said that it is kept. */
function useEditSave(onDone: () => void) {
  const { api, model } = useKiosk();
  const [state, setState] = useState<EditState>({ state: 'idle' });
  const lifetime = useRef(new AbortController());
  useEffect(() => {
    const opened = new AbortController();
    lifetime.current = opened;
    return () => opened.abort();
  }, []);
  const save = (fresh: Parameters<typeof nextRequest>[1]) => {
    if (state.state === 'saving') return;
    const request = nextRequest(state, fresh, () => crypto.randomUUID());
    const { signal } = lifetime.current;
    setState({ state: 'saving', request });
    void runEdit(api, request, { signal }).then(result => {
      if (signal.aborted) return;
      if (result.ok) {
        model.chartChanged();
        onDone();
        return;
      }
      setState({ state: 'failed', request, error: result.error });
      if (result.error.code === 'DOOR_CLOSED') model.doorClosed();
    });
  };
  return { state, save };
}
