import { randomUUID } from 'node:crypto';
import { mkdtempSync, rmSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { buildObservation, buildPatient, patientIdOf } from '@shimabashi/clinical';
import { type Operation, type ResourceEnvelope } from '@shimabashi/contracts';
import { openChartLog } from '@shimabashi/sync/sqlite';
import { figuresOf, report } from './figures.ts';

const PATIENTS = Number(process.env['BENCH_PATIENTS'] ?? 20_000);
const ENTRIES = Number(process.env['BENCH_ENTRIES'] ?? 10_000);
/** What a kiosk's screen asks for: the list under the search field, one page of a time line. */
const LIMIT = 20;
const PAGE = 100;
const ROUNDS = 20;
const CLINIC = 'shiomi';
const BEGAN_AT_MS = Date.UTC(2016, 0, 4);
const DAY_MS = 86_400_000;

// Common family and given names of Japan, with their readings; the people are nobody.
const FAMILIES = `佐藤 サトウ Sato|鈴木 スズキ Suzuki|高橋 タカハシ Takahashi|田中 タナカ Tanaka|伊藤 イトウ Ito|渡辺 ワタナベ Watanabe|山本 ヤマモト Yamamoto|中村 ナカムラ Nakamura|小林 コバヤシ Kobayashi|加藤 カトウ Kato|吉田 ヨシダ Yoshida|山田 ヤマダ Yamada|佐々木 ササキ Sasaki|山口 ヤマグチ Yamaguchi|松本 マツモト Matsumoto|井上 イノウエ Inoue|木村 キムラ Kimura|林 ハヤシ Hayashi|斎藤 サイトウ Saito|清水 シミズ Shimizu|島田 シマダ Shimada|磯部 イソベ Isobe|浜口 ハマグチ Hamaguchi|汐見 シオミ Shiomi`;
const GIVENS = `ハル ハル Haru|千代 チヨ Chiyo|文子 フミコ Fumiko|和子 カズコ Kazuko|節子 セツコ Setsuko|幸子 サチコ Sachiko|恵子 ケイコ Keiko|洋子 ヨウコ Yoko|正 タダシ Tadashi|清 キヨシ Kiyoshi|勇 イサム Isamu|実 ミノル Minoru|茂 シゲル Shigeru|弘 ヒロシ Hiroshi|健一 ケンイチ Kenichi|美咲 ミサキ Misaki`;

const named = (text: string) =>
  text.split('|').map(each => {
    const [kanji = '', kana = '', latin = ''] = each.split(' ');
    return { kanji, kana, latin };
  });

/** Search and time line of a full chart, encrypted, on the disk, each with a store that was opened anew. */
export async function bench(): Promise<boolean> {
  const dir = mkdtempSync(join(tmpdir(), 'shimabashi-bench-'));
  const path = join(dir, 'chart.db');
  const key = new Uint8Array(32).fill(7);
  const open = () => openChartLog({ path, key, newId: randomUUID });
  try {
    const met = [fill(open())];
    console.log(
      `     ${PATIENTS} patients, one with ${ENTRIES} entries: ${(statSync(path).size / 2 ** 20).toFixed(0)} MiB`,
    );
    for (const [what, texts] of Object.entries(SEARCHES)) {
      const tookMs = texts.flatMap(text => asked(open, log => log.findPatients(text, [CLINIC], LIMIT)));
      met.push(report(`search by ${what}, cold`, figuresOf(tookMs), { of: 'p95', ms: 50 }));
    }
    const timeline = asked(open, log => log.observations({ patientId: PATIENT_ID, limit: PAGE }));
    met.push(
      report(`newest ${PAGE} of ${ENTRIES} entries, cold`, figuresOf(timeline), { of: 'p95', ms: 50 }),
    );
    return met.every(Boolean);
  } finally {
    rmSync(dir, { recursive: true, force: true });
  }
}

const PATIENT_ID = patientId(0);
const SEARCHES = {
  kanji: ['島田', '田中 文', '渡辺'],
  katakana: ['シマダ', 'ハル', 'タナカ フミコ'],
  hiragana: ['しまだ', 'はる', 'いそべ'],
  romaji: ['shimada', 'Haru', 'sato chi'],
  'birth date': ['1938-03-12', '1941-11', '1950'],
  number: ['K-000007', 'K-019', '12345'],
  'nothing that is there': ['ゑゑゑ', 'zzzz', 'K-9999999'],
};

/** Each round with its own store: none of it is in SQLite's memory. The system's own cache stays. */
function asked(
  open: () => ReturnType<typeof openChartLog>,
  ask: (log: ReturnType<typeof openChartLog>) => unknown,
): number[] {
  return Array.from({ length: ROUNDS }, () => {
    const log = open();
    const fromMs = performance.now();
    ask(log);
    const tookMs = performance.now() - fromMs;
    log.close();
    return tookMs;
  });
}

/** As the hub's pages bring it. False when the kiosk takes fewer operations a second than it must. */
function fill(log: ReturnType<typeof openChartLog>): boolean {
  const LEAST_A_SECOND = 5_000;
  const PAGE_OPERATIONS = 500;
  const epoch = randomUUID();
  const total = PATIENTS + ENTRIES;
  let tookMs = 0;
  log.adoptEpoch(epoch, 'bench');
  for (let from = 0; from < total; from += PAGE_OPERATIONS) {
    const count = Math.min(PAGE_OPERATIONS, total - from);
    const versions = Array.from({ length: count }, (_, index) => ({
      sequence: from + index + 1,
      operation: operationOf(from + index),
    }));
    const fromMs = performance.now();
    log.applyPulled({ epoch, versions, nextSequence: from + count, more: true });
    tookMs += performance.now() - fromMs;
  }
  log.close();
  const aSecond = (total / tookMs) * 1_000;
  const met = aSecond >= LEAST_A_SECOND;
  console.log(
    `${met ? 'ok  ' : 'FAIL'} downloaded operations kept: ${aSecond.toFixed(0)} a second (bound: ≥ ${LEAST_A_SECOND})`,
  );
  return met;
}

function operationOf(index: number): Operation {
  const resource = index < PATIENTS ? patientOf(index) : entryOf(index - PATIENTS);
  return {
    operationId: randomUUID(),
    baseVersionId: null,
    resource,
    patientId: patientIdOf(resource),
    clinicId: CLINIC,
    authorId: 'bench',
    deviceId: 'import',
    reason: null,
    authoredAtMs: BEGAN_AT_MS + index,
  };
}

function patientId(index: number): string {
  return `00000000-0000-4000-8000-${String(index).padStart(12, '0')}`;
}

function patientOf(index: number): ResourceEnvelope {
  const families = named(FAMILIES);
  const givens = named(GIVENS);
  const family = families[index % families.length]!;
  const given = givens[Math.floor(index / families.length) % givens.length]!;
  const of = (form: 'kanji' | 'kana' | 'latin') => ({ family: family[form], given: given[form] });
  return buildPatient({
    patientId: patientId(index),
    names: { kanji: of('kanji'), kana: of('kana'), latin: of('latin') },
    birthDate: new Date(Date.UTC(1925, 0, 1) + ((index * 37) % 29_000) * DAY_MS).toISOString().slice(0, 10),
    gender: index % 2 === 0 ? 'female' : 'male',
    cardNumber: `K-${String(index).padStart(6, '0')}`,
    clinicId: CLINIC,
  });
}

function entryOf(index: number): ResourceEnvelope {
  return buildObservation({
    observationId: randomUUID(),
    patientId: PATIENT_ID,
    encounterId: null,
    parameter: index % 2 === 0 ? 'SpO2' : 'pulse-rate',
    source: { method: 'by-hand', reason: 'bench' },
    measured: { status: 'measured', value: 60 + (index % 40) },
    effectiveAtMs: BEGAN_AT_MS + index * 3_600_000,
    performerId: 'bench',
  });
}
