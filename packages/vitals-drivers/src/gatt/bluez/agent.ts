import { DBusError, Variant } from '@jellybrick/dbus-next';
import { type GattIdentity } from '../gatt-link.ts';
import { BLUEZ, type BluezBus, type BusReply } from './bus.ts';

/** Where a person helps with pairing. Without it only devices are paired that ask for nothing. */
export interface PairingPrompts {
  /** The number that the device shows (0 to 999999); undefined when nobody entered it. */
  passkey(identity: GattIdentity): Promise<number | undefined>;
  /** Whether the device shows this number, too. */
  confirm(identity: GattIdentity, passkey: number): Promise<boolean>;
}

const AGENT_PATH = '/org/shimabashi/agent';
const NOTHING: BusReply = { signature: '', body: [] };

/**
 * Answers the daemon's questions while we pair a device, and refuses all others: nobody else becomes a
 * device of this kiosk. Source: BlueZ, `doc/agent-api.txt`.
 */
export class PairingAgent {
  readonly #bus: BluezBus;
  readonly #prompts: PairingPrompts | undefined;
  #pairing: { readonly path: string; readonly identity: GattIdentity } | undefined;

  constructor(bus: BluezBus, prompts: PairingPrompts | undefined) {
    this.#bus = bus;
    this.#prompts = prompts;
    bus.handle(AGENT_PATH, (member, body) => this.#asked(member, body));
  }

  /** Pairs, which makes a bond. An agent serves only who registered it, and only while it does so. */
  async pair(path: string, identity: GattIdentity): Promise<void> {
    const capability = this.#prompts === undefined ? 'NoInputNoOutput' : 'KeyboardDisplay';
    const manager = [`/${BLUEZ.replace('.', '/')}`, 'org.bluez.AgentManager1'] as const;
    await this.#bus.call(...manager, 'RegisterAgent', 'os', [AGENT_PATH, capability]);
    this.#pairing = { path, identity };
    try {
      await this.#bus.call(path, 'org.bluez.Device1', 'Pair');
      // A device that is not trusted may not reconnect by itself.
      await this.#bus.setProperty(path, 'org.bluez.Device1', 'Trusted', new Variant('b', true));
    } finally {
      this.#pairing = undefined;
      await this.#bus.call(...manager, 'UnregisterAgent', 'o', [AGENT_PATH]).catch(() => []);
    }
  }

  async #asked(member: string, [path, passkey]: readonly unknown[]): Promise<BusReply> {
    if (member === 'Release' || member === 'Cancel') return NOTHING;
    const pairing = this.#pairing;
    if (pairing === undefined || path !== pairing.path) throw rejected();
    switch (member) {
      case 'RequestAuthorization':
      case 'AuthorizeService':
      case 'DisplayPasskey':
      case 'DisplayPinCode':
        return NOTHING;
      case 'RequestConfirmation': {
        const same = await this.#prompts?.confirm(pairing.identity, Number(passkey));
        if (same !== true) throw rejected();
        return NOTHING;
      }
      case 'RequestPasskey': {
        const entered = await this.#prompts?.passkey(pairing.identity);
        if (entered === undefined) throw rejected();
        return { signature: 'u', body: [entered] };
      }
      default:
        throw rejected();
    }
  }
}

function rejected(): DBusError {
  return new DBusError('org.bluez.Error.Rejected', 'Refused.');
}
