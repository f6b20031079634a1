import {
  answerRow,
  AppError,
  type ChartEntry,
  type Contract,
  hubContract,
  type HubContract,
  type PatientLine,
  type RowHandlers,
  type RowResponse,
} from '@shimabashi/contracts';
import { type ConsoleRow } from '../api/hub-api.ts';
import { clinicStatus, DOCTOR, encounter, entry, NOW_MS, observation, patient, penicillin } from './chart.ts';

type ConsoleContract = Pick<HubContract, ConsoleRow>;
const CONSOLE_ROWS: readonly ConsoleRow[] = [
  'session.sign-in',
  'session.current',
  'session.sign-out',
  'clinics.list',
  'patients.list',
  'patients.get',
  'observations.list',
];
const consoleContract = Object.fromEntries(
  CONSOLE_ROWS.map(row => [row, hubContract[row]]),
) as unknown as ConsoleContract & Contract;

/** A hub in this process, held to the contract in both directions. */
export class FakeHub {
  signedIn = false;
  /** Whether anything answers at all. */
  reachable = true;
  lines: PatientLine[] = [
    {
      patient: patient(),
      clinicId: 'shiomi',
      allergies: [penicillin()],
      encounter: encounter('arrived', { arrivedAtMs: NOW_MS - 24 * 60_000 }),
      latest: [observation({ id: 'o1', atMs: NOW_MS - 180_000 })],
    },
  ];
  chart: RowResponse<HubContract, 'patients.get'> = {
    clinicId: 'shiomi',
    patient: entry(patient()),
    resources: [entry(penicillin())],
  };
  /** Empty at first: a trend draws on a canvas, which is not everywhere. */
  observations: ChartEntry[] = [];
  readonly asked: string[] = [];

  readonly fetch: typeof fetch = async (url, init) => {
    if (!this.reachable) throw new TypeError('Failed to fetch');
    const row = pathOf(url).replace('/api/', '');
    this.asked.push(row);
    const result = await answerRow({
      contract: consoleContract,
      handlers: this.#handlers as RowHandlers<ConsoleContract & Contract, null>,
      context: null,
      row,
      request: JSON.parse(bodyOf(init)),
      reportUnexpected: error => {
        throw error;
      },
    });
    return Response.json(result);
  };

  readonly #handlers: RowHandlers<ConsoleContract, null> = {
    'session.sign-in': ({ practitionerId, passphrase }) => {
      if (practitionerId !== DOCTOR.practitionerId || passphrase !== 'umi to shima') {
        throw new AppError('SIGN_IN_FAILED', 'Refused.');
      }
      this.signedIn = true;
      return { staff: DOCTOR };
    },
    'session.current': () => this.#signedIn({ staff: DOCTOR, hubTimeMs: NOW_MS }),
    'session.sign-out': () => {
      this.signedIn = false;
      return {};
    },
    'clinics.list': () => this.#signedIn({ clinics: [clinicStatus()], staff: [DOCTOR], hubTimeMs: NOW_MS }),
    'patients.list': () => this.#signedIn({ patients: this.lines }),
    'patients.get': () => this.#signedIn(this.chart),
    'observations.list': () => this.#signedIn({ entries: this.observations }),
  };

  #signedIn<Body>(body: Body): Body {
    if (!this.signedIn) throw new AppError('SIGN_IN_REQUIRED', 'Sign in first.');
    return body;
  }
}

function bodyOf(init: RequestInit | undefined): string {
  if (typeof init?.body !== 'string') throw new Error('A question is JSON text.');
  return init.body;
}

function pathOf(url: Parameters<typeof fetch>[0]): string {
  if (typeof url !== 'string') throw new Error('A question goes to a path.');
  return url;
}
