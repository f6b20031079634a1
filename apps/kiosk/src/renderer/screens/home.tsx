import { Trans, useLingui } from '@lingui/react/macro';
import { readPatient } from '@shimabashi/clinical';
import { type TodayEntry } from '@shimabashi/contracts';
import {
  ageInYears,
  Button,
  Digits,
  formatClock,
  formatDuration,
  Icon,
  localeOf,
  practiceDay,
  StateMark,
} from '@shimabashi/ui';
import { Button as AriaButton } from 'react-aria-components';
import { Band } from '../parts/band.tsx';
import { Header } from '../parts/header.tsx';
import { HomeAside } from '../parts/home-aside.tsx';
import { Paged } from '../parts/paged.tsx';
import { Problem } from '../parts/problem.tsx';
import { patientName } from '../state/names.ts';
import { inOrder, nextEntry } from '../state/today.ts';
import { useRow, useSnapshot } from '../state/use-kiosk.ts';
import { useOpenVisit } from '../state/use-open-visit.ts';
import { useTime } from '../state/use-time.ts';
import { Reading } from './starting.tsx';
import styles from './home.module.css';

const ROW_PX = 96;
const NEXT_ROW_EXTRA_PX = 40;
/** Characters beyond which a name is set smaller, so that it is never cut off. */
const LONG_NAME = { ja: 7, en: 17 } as const;

/** Today's list: who is next, and whether everything works. */
export function Home({
  onSearch,
  onDevices,
  onOutbox,
}: {
  readonly onSearch: () => void;
  readonly onDevices: () => void;
  readonly onOutbox: () => void;
}) {
  const { nowMs } = useTime();
  const { sync } = useSnapshot();
  const today = useRow('today.list', {});
  const visits = useOpenVisit();
  const entries = inOrder(today.body?.entries ?? []);
  const next = nextEntry(entries);
  return (
    <>
      <Header nowMs={nowMs} />
      <Band nowMs={nowMs} kinds={['door', 'store', 'devices', 'offline']} />
      <div className={styles.columns}>
        <main className={styles.today}>
          <div className={styles.head}>
            <h1>
              <Trans>きょうの診療</Trans>
            </h1>
            {today.body === undefined ? null : <Counts entries={entries} />}
            <Button kind="quiet" className={styles.search} onPress={onSearch}>
              <Icon name="search" />
              <Trans>患者をさがす</Trans>
            </Button>
          </div>
          {visits.error === null ? null : <Problem error={visits.error} />}
          {today.error === undefined ? null : <Problem error={today.error} />}
          {today.body === undefined && today.error === undefined ? <Reading /> : null}
          {today.body !== undefined && entries.length === 0 ? <Nobody /> : null}
          <Paged
            items={entries}
            keyOf={entry => entry.encounterId}
            rowPx={ROW_PX}
            extraPx={NEXT_ROW_EXTRA_PX}
            start={next?.encounterId}
            render={entry => (
              <EntryRow
                entry={entry}
                isNext={entry === next}
                opening={visits.opening !== null && visits.opening === entry.patient.id}
                onOpen={visits.open}
                nowMs={nowMs}
              />
            )}
          />
          {sync?.link === 'down' ? <WhatWorks /> : null}
        </main>
        <HomeAside nowMs={nowMs} onDevices={onDevices} onOutbox={onOutbox} />
      </div>
    </>
  );
}

function Nobody() {
  return (
    <p className={styles.empty}>
      <Trans>きょうの予約は、まだありません。「患者をさがす」から始められます。</Trans>
    </p>
  );
}

function Counts({ entries }: { readonly entries: readonly TodayEntry[] }) {
  const all = entries.length;
  const waiting = entries.filter(entry => entry.status === 'arrived').length;
  const seen = entries.filter(entry => entry.status === 'finished').length;
  return (
    <span>
      <Trans>
        {all}人　待っている人 {waiting}　診察ずみ {seen}
      </Trans>
    </span>
  );
}

interface EntryRowProps {
  readonly entry: TodayEntry;
  readonly isNext: boolean;
  readonly opening: boolean;
  readonly onOpen: (patientId: string, encounterId: string) => void;
  readonly nowMs: number;
}

/** The whole line is the target; the word at its end only says so. Who has been seen is only a line. */
function EntryRow(props: EntryRowProps) {
  const { entry, isNext, opening, onOpen } = props;
  if (entry.status === 'finished') {
    return (
      <div className={styles.row}>
        <EntryCells {...props} />
      </div>
    );
  }
  return (
    <AriaButton
      className={styles.row ?? ''}
      data-next={isNext || undefined}
      onPress={() => onOpen(entry.patient.id, entry.encounterId)}
    >
      <EntryCells {...props} />
      {isNext ? (
        <span className={styles.go}>
          {opening ? (
            <Trans>開いています</Trans>
          ) : entry.status === 'in-progress' ? (
            <Trans>つづける</Trans>
          ) : (
            <Trans>はじめる</Trans>
          )}
          <Icon name="arrow" />
        </span>
      ) : null}
    </AriaButton>
  );
}

function EntryCells({ entry, nowMs }: EntryRowProps) {
  const { i18n } = useLingui();
  const patient = readPatient(entry.patient);
  const locale = localeOf(i18n);
  const { main, beside } = patientName(patient, locale);
  const age = ageInYears(patient.birthDate, practiceDay(nowMs));
  return (
    <>
      <span className={styles.time}>
        {entry.plannedAtMs === null ? '—' : <Digits>{formatClock(entry.plannedAtMs)}</Digits>}
      </span>
      <span className={styles.name} data-long={main.length > LONG_NAME[locale] || undefined}>
        <b>{main}</b>
        <span>
          {beside}
          {age === undefined ? null : (
            <>
              ・<Trans>{age}歳</Trans>
            </>
          )}
        </span>
      </span>
      <span className={styles.reason}>{(locale === 'en' && entry.reasonLatin) || entry.reason}</span>
      <span className={styles.state}>
        <EntryState entry={entry} nowMs={nowMs} />
      </span>
    </>
  );
}

function EntryState({ entry, nowMs }: { readonly entry: TodayEntry; readonly nowMs: number }) {
  const { i18n } = useLingui();
  const waited = entry.arrivedAtMs === null ? null : formatDuration(i18n, nowMs - entry.arrivedAtMs);
  switch (entry.status) {
    case 'planned':
      return (
        <StateMark shape="todo">
          <Trans>予約</Trans>
        </StateMark>
      );
    case 'arrived':
      return (
        <StateMark shape="wait" note={waited}>
          <Trans>待っています</Trans>
        </StateMark>
      );
    case 'in-progress':
      return (
        <StateMark shape="live">
          <Trans>診察中</Trans>
        </StateMark>
      );
    case 'finished':
      return (
        <StateMark shape="done">
          <Trans>診察ずみ</Trans>
        </StateMark>
      );
  }
}

/** What works without the mainland and what does not, in this version. */
function WhatWorks() {
  return (
    <dl className={styles.can}>
      <div>
        <dt>
          <Icon name="check" />
          <Trans>いま、できます</Trans>
        </dt>
        <dd>
          <Trans>測定・カルテの保存・患者をさがす</Trans>
        </dd>
      </div>
      <div>
        <dt>
          <Icon name="cross" />
          <Trans>つながるまで、できません</Trans>
        </dt>
        <dd>
          <Trans>医師に値を見せること。電話で伝えてください</Trans>
        </dd>
      </div>
    </dl>
  );
}
