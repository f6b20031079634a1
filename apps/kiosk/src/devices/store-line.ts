import {
  AppError,
  type DeviceStoreContract,
  deviceStoreContract,
  fromWireError,
  type RowRequest,
  type RowResponse,
  type ServicePort,
  type ToService,
} from '@shimabashi/contracts';
import { type SupervisorClock } from '@shimabashi/vitals-drivers';

/** Later than the broker's own limit: then nobody answers any more, in milliseconds. */
const ANSWER_LIMIT_MS = 12_000;

type Answer = Extract<ToService, { type: 'answer' }>;

/** The way to the store, through the shell. */
export class StoreLine {
  readonly #send: ServicePort['send'];
  readonly #clock: Pick<SupervisorClock, 'after'>;
  readonly #pending = new Map<number, (result: Answer['result'] | undefined) => void>();
  #lastId = 0;

  constructor(send: ServicePort['send'], clock: Pick<SupervisorClock, 'after'>) {
    this.#send = send;
    this.#clock = clock;
  }

  /** @throws AppError of the store; `SERVICE_RESTARTING` or `TIMEOUT` where nobody answers. */
  async ask<Row extends keyof DeviceStoreContract>(
    row: Row,
    body: RowRequest<DeviceStoreContract, Row>,
  ): Promise<RowResponse<DeviceStoreContract, Row>> {
    this.#lastId += 1;
    const id = this.#lastId;
    const result = await new Promise<Answer['result'] | undefined>(resolve => {
      const cancel = this.#clock.after(ANSWER_LIMIT_MS, () => end(undefined));
      const end = (answer: Answer['result'] | undefined) => {
        cancel();
        this.#pending.delete(id);
        resolve(answer);
      };
      this.#pending.set(id, end);
      this.#send({ type: 'ask', id, row, body });
    });
    if (result === undefined) throw new AppError('TIMEOUT', 'The store did not answer.');
    if (!result.ok) throw fromWireError(result.error);
    return deviceStoreContract[row].response.parse(result.body) as RowResponse<DeviceStoreContract, Row>;
  }

  take({ id, result }: Answer): void {
    this.#pending.get(id)?.(result);
  }
}
