import { type Screen } from '../system/browser.ts';
import { type Scene } from './scenes.ts';

const TALL = { width: 820, height: 1180 };
const WIDE = { width: 1180, height: 820 };

const tab = ({ page }: Screen, index: number) => page.getByRole('tab').nth(index).click();

/** The doctor's side of a call that runs: each begins on the call's page, with both cameras there. */
export const CONSOLE_CALL_SCENES: readonly Scene[] = [
  {
    name: 'console-call',
    screen: 'doctor',
    arrange: async ({ doctor }) => {
      await doctor.page.locator('[data-media="up"] figure[data-source]').waitFor();
      await doctor.page.locator('textarea').first().fill('3日前から痛みが強い。夜に目がさめる。');
      await doctor.page.locator('[data-bridge="there"]').last().waitFor();
    },
  },
  {
    name: 'console-call-trend',
    screen: 'doctor',
    arrange: async ({ doctor }) => {
      await tab(doctor, 1);
      await doctor.page.locator('[role="tabpanel"] section').first().waitFor();
    },
  },
  {
    name: 'console-call-photos',
    screen: 'doctor',
    arrange: async ({ doctor }) => {
      await tab(doctor, 2);
      await doctor.page.getByRole('radio').nth(2).check({ force: true });
    },
  },
  {
    name: 'console-call-narrow',
    screen: 'doctor',
    size: WIDE,
    arrange: ({ doctor }) => doctor.page.locator('figure[data-source]').waitFor(),
  },
  {
    name: 'console-call-upright',
    screen: 'doctor',
    size: TALL,
    arrange: ({ doctor }) => doctor.page.locator('figure[data-source]').waitFor(),
  },
];
