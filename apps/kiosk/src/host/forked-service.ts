import { fork } from 'node:child_process';
import { type ServiceName, type ToService } from '@shimabashi/contracts';
import { type ServiceProcess } from '../broker/index.ts';

const ENTRY: Record<ServiceName, URL> = {
  store: new URL('../store/main.ts', import.meta.url),
  devices: new URL('../devices/main.ts', import.meta.url),
  sound: new URL('../sound/main.ts', import.meta.url),
};

/** Starts one service as a child process. It ends when this process ends, however that happens. */
export function forkService(
  name: ServiceName,
  environment: Record<string, string | undefined>,
): ServiceProcess {
  const child = fork(ENTRY[name], [], {
    env: environment,
    execArgv: [],
    // Standard input and output stay closed: a service speaks over its channel and logs to stderr.
    stdio: ['ignore', 'ignore', 'inherit', 'ipc'],
  });
  return {
    send(message: ToService) {
      // A child that has just died refuses; its exit is what tells, so nothing is to do here.
      if (child.connected) child.send(message, () => {});
    },
    onMessage: listener => void child.on('message', listener),
    onExit: listener => {
      let told = false;
      const once = (): void => {
        if (!told) listener();
        told = true;
      };
      child.on('exit', once);
      child.on('error', once);
    },
    kill: () => void child.kill('SIGKILL'),
  };
}
