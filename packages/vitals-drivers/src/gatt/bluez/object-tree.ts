import { type Properties } from './bus.ts';

const ADAPTER = 'org.bluez.Adapter1';
const DEVICE = 'org.bluez.Device1';
const SERVICE = 'org.bluez.GattService1';
const CHARACTERISTIC = 'org.bluez.GattCharacteristic1';
export const IFACE = { ADAPTER, DEVICE, SERVICE, CHARACTERISTIC } as const;

/** What the daemon has told of its objects, kept up to date by its signals. */
export class ObjectTree {
  #objects = new Map<string, Map<string, Properties>>();

  replace(objects: ReadonlyMap<string, ReadonlyMap<string, Properties>>): void {
    this.#objects = new Map([...objects].map(([path, names]) => [path, new Map(names)]));
  }

  added(path: string, name: string, properties: Properties): void {
    const names = this.#objects.get(path) ?? new Map<string, Properties>();
    names.set(name, properties);
    this.#objects.set(path, names);
  }

  removed(path: string, names: readonly string[]): void {
    const known = this.#objects.get(path);
    for (const name of names) known?.delete(name);
    if (known?.size === 0) this.#objects.delete(path);
  }

  changed(path: string, name: string, changed: Properties): void {
    const known = this.#objects.get(path)?.get(name);
    if (known !== undefined) this.added(path, name, { ...known, ...changed });
  }

  get(path: string, name: string): Properties | undefined {
    return this.#objects.get(path)?.get(name);
  }

  /** Objects that have the interface, below `under` or anywhere, ordered by their path. */
  having(name: string, under = ''): readonly (readonly [path: string, properties: Properties])[] {
    return [...this.#objects]
      .flatMap(([path, names]) => {
        const properties = names.get(name);
        const isThere = properties !== undefined && (under === '' || path.startsWith(`${under}/`));
        return isThere ? [[path, properties] as const] : [];
      })
      .toSorted(([one], [other]) => (one < other ? -1 : 1));
  }
}
