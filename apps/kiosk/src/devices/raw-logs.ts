import { type RawLog, type SupervisorClock, textRawLog } from '@shimabashi/vitals-drivers';
import { type StoreLine } from './store-line.ts';

/** Two of what is sent to the store together, in characters; each begins with a header. */
const CHARS_MAX = 2 * 61_440;
/** What is not sent by then is lost if this process ends, in milliseconds. */
const SEND_EVERY_MS = 30_000;

/** What crosses the lines of devices, on its way to the store, which alone may keep it: HL7 has names. */
export class RawLogs {
  readonly #store: Pick<StoreLine, 'ask'>;
  readonly #clock: SupervisorClock;
  readonly #onLost: (deviceId: string, error: unknown) => void;
  readonly #senders = new Set<() => void>();

  constructor(
    store: Pick<StoreLine, 'ask'>,
    clock: SupervisorClock,
    onLost: (deviceId: string, error: unknown) => void,
  ) {
    this.#store = store;
    this.#clock = clock;
    this.#onLost = onLost;
  }

  logOf({ deviceId, protocol }: { readonly deviceId: string; readonly protocol: string }): RawLog {
    let waiting = '';
    let cancel: (() => void) | undefined;
    const send = () => {
      cancel?.();
      cancel = undefined;
      const text = waiting;
      waiting = '';
      if (text === '') return;
      this.#store
        .ask('raw-log.append', { deviceId, text })
        .catch((error: unknown) => this.#onLost(deviceId, error));
    };
    this.#senders.add(send);
    return textRawLog(
      { protocol, deviceId },
      {
        maxBytes: CHARS_MAX,
        append: text => {
          waiting += text;
          cancel ??= this.#clock.after(SEND_EVERY_MS, send);
        },
        rotate: send,
      },
    );
  }

  /** Sends what waits. */
  end(): void {
    for (const send of this.#senders) send();
  }
}
