import { type FromService, type ServicePort } from '@shimabashi/contracts';

/** The line of this process to its shell. */
export interface ShellLine {
  readonly port: ServicePort;
  /** Sends a last message, and resolves once it is safe to end the process. */
  sendLast(message: FromService): Promise<void>;
  /** Calls back once the shell has gone: whoever serves it ends then, and leaves no orphan. */
  onGone(listener: () => void): void;
}

/** What we use of Electron's `process.parentPort` in a utility process. */
interface ParentPort {
  postMessage(message: unknown): void;
  on(event: 'message', listener: (event: { data: unknown }) => void): unknown;
}

/** Undefined when nobody forked this process. */
export function shellLineOf(self: NodeJS.Process & { parentPort?: ParentPort }): ShellLine | undefined {
  const { parentPort } = self;
  if (parentPort !== undefined) {
    return {
      port: {
        send: message => parentPort.postMessage(message),
        onMessage: listener => parentPort.on('message', event => listener(event.data)),
      },
      sendLast: message => {
        parentPort.postMessage(message);
        return new Promise(resolve => setImmediate(resolve));
      },
      onGone: () => {}, // Electron ends a utility process together with its main process.
    };
  }
  if (self.send === undefined) return undefined;
  return {
    port: {
      send: (message: FromService) => {
        // A message to a shell that is just going is nobody's loss; `disconnect` follows.
        if (self.connected) self.send?.(message, undefined, undefined, () => {});
      },
      onMessage: listener => self.on('message', listener),
    },
    sendLast: message =>
      new Promise(resolve => {
        if (self.connected) self.send?.(message, undefined, undefined, () => resolve());
        else resolve();
      }),
    onGone: listener => {
      // A shell that was killed while this process was loading has told so already.
      if (self.connected) self.once('disconnect', listener);
      else listener();
    },
  };
}
