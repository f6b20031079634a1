export { type Kiosk, type System, startSystem } from './system.ts';
export { type Relay, startRelay } from './relay.ts';
export { launchBrowser, openConsole, openKiosk } from './browser.ts';
export { Chance } from '../demo/chance.ts';
export { DEMO_CLINICS, DEMO_STAFF } from '../demo/people.ts';
