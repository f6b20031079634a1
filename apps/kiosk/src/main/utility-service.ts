import { utilityProcess } from 'electron';
import { type ServiceName } from '@shimabashi/contracts';
import { type ServiceProcess } from '../broker/index.ts';

/** Starts one service as a utility process: Electron's child process, which ends with the app. */
export function startUtilityService(
  entry: string,
  name: ServiceName,
  environment: Record<string, string | undefined>,
): ServiceProcess {
  const child = utilityProcess.fork(entry, [], {
    serviceName: `shimabashi-${name}`,
    env: environment as Record<string, string>,
    stdio: 'inherit',
  });
  return {
    send: message => child.postMessage(message),
    onMessage: listener => void child.on('message', listener),
    onExit: listener => void child.once('exit', listener),
    kill: () => void child.kill(),
  };
}
