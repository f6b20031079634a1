import { type Scene, type Stage } from './scenes.ts';

/** Source: design language, section 4. */
const IPAD_PORTRAIT = { width: 820, height: 1180 };

/** The hub calls, and the socket tells: it is a matter of a second, and of this machine. */
const ALERT_LIMIT_MS = 40_000;

const band = ({ page }: Stage['doctor']) => page.locator('[data-alert][data-priority]').first();
const line = ({ page }: Stage['doctor'], name: string) => page.locator(`[data-line="${name}"]`);

/** An alarm is on at the kiosk, with a visit open, and nobody has answered. */
export const ALERT_RAISED: readonly Scene[] = [
  {
    name: 'console-alert',
    screen: 'doctor',
    arrange: async ({ doctor }) => {
      await doctor.page.getByRole('link', { name: doctor.words('患者の列') }).click();
      await band(doctor).waitFor({ timeout: ALERT_LIMIT_MS });
      await doctor.page.locator('[data-group="alarm"]').waitFor();
    },
  },
  {
    name: 'ipad-alert',
    screen: 'tablet',
    arrange: async ({ tablet }) => {
      await band(tablet).click();
      await tablet.page.locator('[data-state="live"][data-parameter="SpO2"]').waitFor();
    },
  },
  { name: 'ipad-alert-portrait', screen: 'tablet', size: IPAD_PORTRAIT, arrange: async () => undefined },
];

/** The island's line is cut meanwhile. */
export const ALERT_LINE_LOST: readonly Scene[] = [
  {
    name: 'ipad-alert-line-lost',
    screen: 'tablet',
    arrange: ({ tablet }) => line(tablet, 'line-lost').waitFor({ timeout: ALERT_LIMIT_MS }),
  },
];

/** The line is back, and the alarm still on. */
export const ALERT_TAKEN: readonly Scene[] = [
  {
    name: 'ipad-alert-accepted',
    screen: 'tablet',
    arrange: async ({ tablet }) => {
      await line(tablet, 'line-lost').waitFor({ state: 'detached', timeout: ALERT_LIMIT_MS });
      await tablet.page.getByRole('button', { name: tablet.words('受ける') }).click();
      await line(tablet, 'accepted').waitFor();
    },
  },
  {
    name: 'console-alert-accepted',
    screen: 'doctor',
    arrange: async ({ doctor }) => {
      await doctor.page.locator('[data-alert]:not([data-priority])').first().waitFor();
    },
  },
];
