import {
  type Alert,
  answerRow,
  AppError,
  type ChartEntry,
  type Contract,
  hubContract,
  type HistoryVersion,
  type HubContract,
  type PatientLine,
  type RecordConflict,
  type RowHandlers,
  type RowRequest,
  type RowResponse,
} from '@shimabashi/contracts';
import { type ConsoleRow } from '../api/hub-api.ts';
import { CALL_ROWS, FakeCalls } from './fake-calls.ts';
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
  'conflicts.list',
  'conflicts.resolve',
  'history.get',
  'alerts.list',
  'alerts.get',
  'alerts.trend',
  'alerts.seen',
  'alerts.accept',
  'push.key',
  'push.subscribe',
  'push.unsubscribe',
  ...CALL_ROWS,
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
      conflicts: 0,
    },
  ];
  chart: RowResponse<HubContract, 'patients.get'> = {
    clinicId: 'shiomi',
    patient: entry(patient()),
    resources: [entry(penicillin())],
  };
  /** Empty at first: a trend draws on a canvas, which is not everywhere. */
  observations: ChartEntry[] = [];
  conflicts: RecordConflict[] = [];
  readonly resolved: RowRequest<HubContract, 'conflicts.resolve'>[] = [];
  history: HistoryVersion[] = [];
  readonly asked: string[] = [];
  readonly calls = new FakeCalls();
  alerts: Alert[] = [];
  /** Null for a hub that pushes nothing. */
  pushKey: string | null = 'K'.repeat(87);
  /** Endpoints that this hub knows. */
  readonly subscribed = new Set<string>();

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
    'conflicts.list': () => this.#signedIn({ conflicts: this.conflicts }),
    'conflicts.resolve': request => {
      this.resolved.push(request);
      const entry = { ...this.chart.patient, versionId: request.operationId, resource: request.resource };
      this.conflicts = [];
      this.chart = { ...this.chart, patient: entry, resources: [] };
      return this.#signedIn({ entry });
    },
    'history.get': () => this.#signedIn({ versions: this.history, older: 0 }),
    ...this.calls.handlers,
    'alerts.list': () => this.#signedIn({ isOn: true, alerts: this.alerts }),
    'alerts.get': ({ alertId }) => this.#signedIn({ alert: this.#alert(alertId) }),
    'alerts.trend': () => this.#signedIn({ fromMs: NOW_MS - 3_600_000, points: [] }),
    'alerts.seen': ({ alertId }) => this.#signedIn({ alert: this.#alert(alertId) }),
    'alerts.accept': ({ alertId }) => {
      const alert = this.#alert(alertId);
      if (alert.accepted !== null) throw new AppError('CONFLICT', 'Somebody else has it.');
      const accepted = { by: DOCTOR, atMs: NOW_MS };
      const taken: Alert = { ...alert, state: 'accepted', accepted, deadlineAtMs: null };
      this.alerts = this.alerts.map(each => (each === alert ? taken : each));
      return { alert: taken };
    },
    'push.key': () => {
      if (this.pushKey === null) throw new AppError('NOT_FOUND', 'Push is not set up here.');
      return this.#signedIn({ publicKey: this.pushKey });
    },
    'push.subscribe': ({ subscription }) => {
      this.subscribed.add(subscription.endpoint);
      return {};
    },
    'push.unsubscribe': ({ endpoint }) => {
      this.subscribed.delete(endpoint);
      return {};
    },
  };

  #alert(alertId: string): Alert {
    const alert = this.alerts.find(each => each.alertId === alertId);
    if (alert === undefined) throw new AppError('NOT_FOUND', 'No such alert.');
    return alert;
  }

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
