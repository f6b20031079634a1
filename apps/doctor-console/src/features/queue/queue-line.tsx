import { Trans, useLingui } from '@lingui/react/macro';
import { type ObservationFacts } from '@shimabashi/clinical';
import {
  BridgeDrawing,
  BridgeMark,
  Digits,
  formatAge,
  formatClock,
  formatDuration,
  formatMoment,
  formatValue,
  localeOf,
  StateMark,
} from '@shimabashi/ui';
import { Link } from '@tanstack/react-router';
import { AgeAndSex, AllergyLine, PatientName } from '../../parts/patient-words.tsx';
import { CallButton } from '../call/call-button.tsx';
import { kioskToRing } from '../call/calls.ts';
import { isCut } from '../clinics/freshness.ts';
import { FRESHNESS_MARKS, FreshnessAge } from '../clinics/freshness-words.tsx';
import { type ReadingColumn, ReadingColumnWords } from './column-words.tsx';
import { type PressureFacts, type QueueRow } from './queue-rows.ts';
import { type LineClinic } from './queue-table.tsx';
import styles from './queue.module.css';

/** One patient. The whole line is the link. */
export function QueueLine({
  row,
  clinic,
  nowMs,
}: {
  readonly row: QueueRow;
  readonly clinic: LineClinic | undefined;
  readonly nowMs: number;
}) {
  // A clinic of which nothing is known yet is not known to be heard.
  const cut = clinic === undefined || isCut(clinic.freshness);
  return (
    <tr className={styles.row} data-cut={cut} data-patient={row.patientId}>
      <td className={styles.wait}>
        <Wait row={row} nowMs={nowMs} />
      </td>
      <PatientCell row={row} clinic={clinic} nowMs={nowMs} />
      <ReasonCell row={row} />
      <ReadingCell column="spo2" facts={row.spo2} cut={cut} nowMs={nowMs} />
      <ReadingCell column="pulse" facts={row.pulse} cut={cut} nowMs={nowMs} />
      <PressureCell pressure={row.pressure} cut={cut} nowMs={nowMs} />
      <td className={styles.fresh}>
        {clinic === undefined ? (
          <small>—</small>
        ) : (
          <>
            <BridgeDrawing state={FRESHNESS_MARKS[clinic.freshness.state]} />
            <small>
              <FreshnessAge freshness={clinic.freshness} nowMs={nowMs} />
            </small>
            {mayBeCalled(row) && kioskToRing(clinic.status) !== null ? (
              <span className={styles.call}>
                <CallButton
                  status={clinic.status}
                  patientId={row.patientId}
                  encounterId={row.encounter?.encounterId ?? null}
                />
              </span>
            ) : null}
          </>
        )}
      </td>
    </tr>
  );
}

/** Whoever is there to be spoken to. */
function mayBeCalled({ group }: QueueRow): boolean {
  return group === 'alarm' || group === 'in-progress' || group === 'waiting';
}

function Wait({ row, nowMs }: { readonly row: QueueRow; readonly nowMs: number }) {
  const { i18n } = useLingui();
  const { encounter, group } = row;
  if (group === 'alarm') {
    return (
      <StateMark shape="live" note={<Trans>上の帯を開いてください</Trans>}>
        <Trans>警報</Trans>
      </StateMark>
    );
  }
  if (encounter === null || group === 'others') return null;
  const since = (atMs: number | null) => (atMs === null ? '—' : formatDuration(i18n, nowMs - atMs));
  const planned = encounter.plannedAtMs === null ? null : formatClock(encounter.plannedAtMs);
  switch (group) {
    case 'in-progress':
      return (
        <StateMark shape="live" note={<Trans>診療中</Trans>}>
          {since(encounter.startedAtMs)}
        </StateMark>
      );
    case 'waiting':
      return (
        <StateMark
          shape="wait"
          note={planned === null ? <Trans>予約外</Trans> : <Trans>予約 {planned}</Trans>}
        >
          {since(encounter.arrivedAtMs)}
        </StateMark>
      );
    case 'planned':
      return (
        <StateMark shape="todo" note={<Trans>予約</Trans>}>
          {planned ?? '—'}
        </StateMark>
      );
  }
}

function PatientCell({
  row,
  clinic,
  nowMs,
}: {
  readonly row: QueueRow;
  readonly clinic: LineClinic | undefined;
  readonly nowMs: number;
}) {
  const { i18n } = useLingui();
  const japanese = localeOf(i18n) === 'ja';
  const clinicName = japanese ? clinic?.status.clinic.name : clinic?.status.clinic.nameLatin;
  const { conflicts: count } = row;
  return (
    <td className={styles.patient}>
      <Link to="/patients/$patientId" params={{ patientId: row.patientId }} data-row-link>
        <PatientName facts={row.facts} />
      </Link>
      {row.facts !== null && japanese ? <small className={styles.kana}>{row.facts.kana}</small> : null}
      <small className={styles.who}>
        {row.facts === null ? row.patientId : <AgeAndSex facts={row.facts} nowMs={nowMs} />}
        {clinicName === undefined ? null : `・${clinicName}`}
      </small>
      {count === 0 ? null : (
        <small data-conflicts={count}>
          <BridgeMark state="conflict">
            <Trans>2つの版 {count}件</Trans>
          </BridgeMark>
        </small>
      )}
    </td>
  );
}

function ReasonCell({ row }: { readonly row: QueueRow }) {
  const { i18n } = useLingui();
  const { encounter } = row;
  const reason = localeOf(i18n) === 'ja' ? encounter?.reason : encounter?.reasonLatin || encounter?.reason;
  return (
    <td className={styles.reason}>
      {row.group === 'others' ? null : <span>{reason}</span>}
      <small>
        <AllergyLine allergy={row.allergy} />
      </small>
    </td>
  );
}

function ReadingCell({
  column,
  facts,
  cut,
  nowMs,
}: {
  readonly column: ReadingColumn;
  readonly facts: ObservationFacts | null;
  readonly cut: boolean;
  readonly nowMs: number;
}) {
  const text =
    facts === null || facts.parameter === null || facts.value === null
      ? null
      : formatValue(facts.parameter, facts.value);
  return <SavedValue column={column} text={text} atMs={facts?.effectiveAtMs} cut={cut} nowMs={nowMs} />;
}

function PressureCell({
  pressure,
  cut,
  nowMs,
}: {
  readonly pressure: PressureFacts | null;
  readonly cut: boolean;
  readonly nowMs: number;
}) {
  const half = (facts: ObservationFacts | null) =>
    facts === null || facts.parameter === null || facts.value === null
      ? '—'
      : formatValue(facts.parameter, facts.value);
  const text = pressure === null ? null : `${half(pressure.systolic)}/${half(pressure.diastolic)}`;
  return <SavedValue column="pressure" text={text} atMs={pressure?.effectiveAtMs} cut={cut} nowMs={nowMs} />;
}

/**
 * A saved reading with its time: never large, since it is not the value now. Of a clinic that is not
 * heard, a word takes its place, and the last value stands small beside its time.
 */
function SavedValue({
  column,
  ...saved
}: SavedValueProps & {
  readonly column: ReadingColumn;
}) {
  return (
    <td className={styles.number}>
      {/* The head of the column says it to a reader of the table; this is for the eye. */}
      <span className={styles.label} aria-hidden="true">
        <ReadingColumnWords column={column} />
      </span>
      <SavedWords {...saved} />
    </td>
  );
}

interface SavedValueProps {
  readonly text: string | null;
  readonly atMs: number | undefined;
  readonly cut: boolean;
  readonly nowMs: number;
}

function SavedWords({ text, atMs, cut, nowMs }: SavedValueProps) {
  const { i18n } = useLingui();
  if (text === null || atMs === undefined) return <>—</>;
  const moment = formatMoment(atMs, nowMs, localeOf(i18n));
  if (cut) {
    return (
      <>
        <em>
          <Trans>古い</Trans>
        </em>{' '}
        <span className={styles.last}>{text}</span>
        <small>{moment}</small>
      </>
    );
  }
  return (
    <>
      <b>
        <Digits>{text}</Digits>
      </b>
      <small>{formatAge(i18n, atMs, nowMs)}</small>
    </>
  );
}
