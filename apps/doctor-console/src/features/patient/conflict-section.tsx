import { Trans, useLingui } from '@lingui/react/macro';
import { type ChartEntry, type ContestedField, type RecordConflict } from '@shimabashi/contracts';
import {
  FieldName,
  fieldLines,
  FieldValue,
  formatMoment,
  localeOf,
  RecordKind,
  UntilDecided,
} from '@shimabashi/ui';
import { useQuery } from '@tanstack/react-query';
import { type ReactNode, useState } from 'react';
import { Button as AriaButton } from 'react-aria-components';
import { useConsole } from '../../console.ts';
import { ErrorNote, Reading } from '../../parts/notes.tsx';
import { type Choice, type Choices, proposedChoices, sideAsMerged } from './conflict-choice.ts';
import { DecideForm } from './conflict-decide.tsx';
import styles from './patient.module.css';
import { useNames } from './staff-names.ts';

/** Records of which two people made two versions: side by side, neither hidden, until one decides. */
export function ConflictSection({
  patientId,
  nowMs,
}: {
  readonly patientId: string;
  readonly nowMs: number;
}) {
  const { t } = useLingui();
  const { queries } = useConsole();
  const { data, isError, error, refetch } = useQuery(queries.conflicts(patientId));
  return (
    <section className={styles.conflicts} id="conflicts" aria-label={t`2つの版がある記録`}>
      <h2>
        <Trans>2つの版がある記録</Trans>{' '}
        <small>
          <Trans>どちらも残っています。決まるまで、両方を見てください。</Trans>
        </small>
      </h2>
      {isError ? <ErrorNote error={error} onRetry={refetch} /> : null}
      {data === undefined && !isError ? <Reading /> : null}
      {data?.map(conflict => (
        // Another version beside these is another decision: nothing chosen before may stand in it.
        <Conflict
          key={conflict.heads.map(({ versionId }) => versionId).join(' ')}
          patientId={patientId}
          conflict={conflict}
          nowMs={nowMs}
        />
      ))}
    </section>
  );
}

function Conflict({
  patientId,
  conflict,
  nowMs,
}: {
  readonly patientId: string;
  readonly conflict: RecordConflict;
  readonly nowMs: number;
}) {
  const { heads, fields, asWhole } = conflict;
  const [choices, setChoices] = useState<Choices>(() => proposedChoices(conflict));
  const type = heads[0]?.resource.resourceType ?? '';
  const count = heads.length;
  const chooseAll = (choice: Choice) => setChoices(fields.map(() => choice));
  return (
    <div className={styles.conflict} data-record={type}>
      <h3>
        <RecordKind type={type} />
      </h3>
      <p>
        <UntilDecided type={type} />
      </p>
      <div className={styles.versions}>
        <table>
          <thead>
            <Heads conflict={conflict} choices={choices} onChooseAll={chooseAll} nowMs={nowMs} />
          </thead>
          <tbody>
            {fields.map((field, place) => (
              <FieldRow
                key={field.names.join(' ')}
                conflict={conflict}
                field={field}
                choice={choices[place] ?? null}
                onChoose={choice =>
                  setChoices(asWhole ? fields.map(() => choice) : choices.with(place, choice))
                }
              />
            ))}
          </tbody>
        </table>
      </div>
      {fields.length === 0 ? (
        <p>
          <Trans>内容は同じです。</Trans>
        </p>
      ) : null}
      {asWhole && fields.length > 1 ? (
        <p>
          <Trans>この2つは、混ぜて1つにできません。どちらかの版を選んでください。</Trans>
        </p>
      ) : null}
      {count > 2 ? (
        <p>
          <Trans>版が {count}つあります。左の2つを決めると、次の版が出ます。</Trans>
        </p>
      ) : null}
      <DecideForm patientId={patientId} conflict={conflict} choices={choices} />
    </div>
  );
}

/** Who, where, when and why of each version; what stood there before. */
function Heads({
  conflict,
  choices,
  onChooseAll,
  nowMs,
}: {
  readonly conflict: RecordConflict;
  readonly choices: Choices;
  readonly onChooseAll: (choice: Choice) => void;
  readonly nowMs: number;
}) {
  const { heads, base } = conflict;
  return (
    <tr>
      <th scope="col">
        <Trans>ちがうところ</Trans>
      </th>
      <th scope="col">
        <Trans>前の値</Trans>
        {base === null ? null : <Author entry={base} nowMs={nowMs} />}
      </th>
      {heads.map((head, place) => (
        <th key={head.versionId} scope="col" data-version={head.versionId}>
          <Author entry={head} nowMs={nowMs} />
          {place < 2 ? (
            <ChooseButton
              isChosen={choices.length > 0 && choices.every(choice => choice === SIDES[place])}
              onPress={() => onChooseAll(SIDES[place] ?? 'left')}
            >
              <Trans>全部 この版にする</Trans>
            </ChooseButton>
          ) : null}
        </th>
      ))}
    </tr>
  );
}

const SIDES = ['left', 'right'] as const;

function Author({ entry, nowMs }: { readonly entry: ChartEntry; readonly nowMs: number }) {
  const { i18n } = useLingui();
  const names = useNames();
  const { reason } = entry;
  return (
    <>
      <b>{names.person(entry.authorId)}</b>
      <span>
        {formatMoment(entry.authoredAtMs, nowMs, localeOf(i18n))}・{names.machine(entry.deviceId)}
      </span>
      {reason === null ? null : (
        <span>
          <Trans>理由 {reason}</Trans>
        </span>
      )}
    </>
  );
}

function FieldRow({
  conflict,
  field,
  choice,
  onChoose,
}: {
  readonly conflict: RecordConflict;
  readonly field: ContestedField;
  readonly choice: Choice | null;
  readonly onChoose: (choice: Choice) => void;
}) {
  const { heads, base } = conflict;
  const resources = heads.map(({ resource }) => resource);
  const lines = fieldLines([resources[0], resources[1], base?.resource, ...resources.slice(2)], field.names);
  const values = (place: number) => <Values lines={lines} place={place} />;
  const mayTakeBoth = field.merged !== null && sideAsMerged(conflict, field) === undefined;
  return (
    <tr data-field={field.names.join(' ')} data-open={choice === null || undefined}>
      <th scope="row">
        {lines.map(({ path }) => (
          <div key={path}>
            <FieldName path={path} />
          </div>
        ))}
        {mayTakeBoth ? (
          <ChooseButton isChosen={choice === 'both'} onPress={() => onChoose('both')}>
            <Trans>両方を入れる</Trans>
          </ChooseButton>
        ) : null}
      </th>
      <td className={styles.baseValue}>{base === null ? <Trans>わかりません</Trans> : values(2)}</td>
      {SIDES.map((side, place) => (
        <td key={side}>
          <ChooseButton isChosen={choice === side} onPress={() => onChoose(side)} side={side}>
            {values(place)}
          </ChooseButton>
        </td>
      ))}
      {heads.slice(2).map((head, place) => (
        <td key={head.versionId}>{values(3 + place)}</td>
      ))}
    </tr>
  );
}

function Values({ lines, place }: { readonly lines: ReturnType<typeof fieldLines>; readonly place: number }) {
  const names = useNames();
  return (
    <>
      {lines.map(({ path, values }) => (
        <span key={path} className={styles.value}>
          <FieldValue path={path} value={values[place] ?? null} names={names} />
        </span>
      ))}
    </>
  );
}

function ChooseButton({
  isChosen,
  onPress,
  side,
  children,
}: {
  readonly isChosen: boolean;
  readonly onPress: () => void;
  readonly side?: 'left' | 'right';
  readonly children: ReactNode;
}) {
  return (
    <AriaButton className={styles.choose ?? ''} aria-pressed={isChosen} data-side={side} onPress={onPress}>
      <i aria-hidden="true">{isChosen ? '✓' : ''}</i>
      <span>{children}</span>
    </AriaButton>
  );
}
