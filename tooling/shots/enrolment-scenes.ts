import { type Scene } from './scenes.ts';

/** A device is enrolled and let go again, from the devices page and back to it. */
export const ENROLMENT_SCENES: readonly Scene[] = [
  {
    name: 'kiosk-devices-search',
    screen: 'nurse',
    needsRadio: true,
    arrange: async ({ nurse }) => {
      await nurse.page.getByRole('button', { name: nurse.words('機器をふやす') }).click();
      await nurse.page.locator('[data-found]:has-text("A&D_UC-352BLE")').waitFor();
    },
  },
  {
    name: 'kiosk-devices-trial',
    screen: 'nurse',
    needsRadio: true,
    arrange: async ({ nurse, cuff }) => {
      await nurse.page.locator('[data-found]:has-text("A&D_UA-651BLE")').click();
      cuff?.measure();
      await nurse.page.locator('[data-spot="diastolic-pressure"]').waitFor();
    },
  },
  {
    name: 'kiosk-devices-name',
    screen: 'nurse',
    needsRadio: true,
    arrange: async ({ nurse }) => {
      await nurse.page.getByRole('button', { name: nurse.words('機器の画面と同じ値') }).click();
      await nurse.page.locator('[data-field="device-name"]').waitFor();
    },
  },
  {
    name: 'kiosk-devices-enrolled',
    screen: 'nurse',
    needsRadio: true,
    arrange: async ({ nurse }) => {
      await nurse.page.getByRole('button', { name: nurse.words('この機器を登録する') }).click();
      await nurse.page.getByRole('button', { name: nurse.words('登録をはずす') }).waitFor();
    },
  },
  {
    name: 'kiosk-devices-removal',
    screen: 'nurse',
    needsRadio: true,
    arrange: async ({ nurse }) => {
      await nurse.page.getByRole('button', { name: nurse.words('登録をはずす') }).click();
      await nurse.page.getByRole('button', { name: nurse.words('はずす'), exact: true }).waitFor();
    },
  },
  {
    name: 'kiosk-devices-removed',
    screen: 'nurse',
    needsRadio: true,
    arrange: async ({ nurse }) => {
      await nurse.page.getByRole('button', { name: nurse.words('はずす'), exact: true }).click();
      await nurse.page.locator('[data-device^="gatt-"]').waitFor({ state: 'detached' });
    },
  },
];
