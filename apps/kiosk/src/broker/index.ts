export { type Broker, createBroker } from './broker.ts';
export { type ServiceProcess, type Timers } from './supervised-service.ts';
