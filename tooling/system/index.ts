export { DEVICE_ID, type Kiosk, startSystem, type System, type SystemOptions } from './system.ts';
export { type Relay, startRelay } from './relay.ts';
export { type LineShape, startThinLine, type ThinLine } from './thin-line.ts';
export {
  DOCTOR,
  launchBrowser,
  NURSE,
  openConsole,
  openKiosk,
  openPatientOnConsole,
  openPatientOnKiosk,
  type Person,
  PLAYED_CAMERAS,
  type Screen,
  signInOnConsole,
  signInOnKiosk,
} from './browser.ts';
export { setUpCameras } from './cameras.ts';
export { Chance } from '../demo/chance.ts';
export { DEMO_CLINICS, DEMO_STAFF } from '../demo/people.ts';
export {
  enterKiosk,
  type HubClient,
  type KioskClient,
  signInDoctor,
  until,
  waitForPatients,
} from './clients.ts';
export { electronPath } from '../machine.ts';
export { freePort } from './ports.ts';
export { type Heard, HEARD_RMS, heardIn, recordingPlayer, tonesOf } from './sound.ts';
export { type Language } from './words.ts';
