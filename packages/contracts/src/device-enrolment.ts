import * as z from 'zod';
import { type Contract } from './rows.ts';
import { DeviceFacts, DeviceId, DeviceState, DeviceStatus, Sample } from './vitals.ts';

/** How a device that can be enrolled at the kiosk reaches it. */
export const DeviceWay = z.enum(['bluetooth', 'serial', 'usb']);
export type DeviceWay = z.infer<typeof DeviceWay>;

/** A device in reach that is not enrolled. Nothing is connected to it: it was only heard or listed. */
export const FoundDevice = z.strictObject({
  /** The same for the same device, for as long as the devices service runs. */
  foundId: z.string().min(1).max(80),
  way: DeviceWay,
  /** As it calls itself; null when it does not say. Never an identity: others are called the same. */
  name: z.string().max(80).nullable(),
  /** What singles it out: its address, its serial number, or the adapter that it hangs on. */
  identity: z.string().min(1).max(300),
  /** What it may be, by drivers' ids; empty where only listening to it will tell (a serial line). */
  protocols: z.array(z.string().max(40)).max(8),
  /** Received power in dBm; null where there is none. */
  rssi: z.number().nullable(),
});
export type FoundDevice = z.infer<typeof FoundDevice>;

/** A found device that is being tried: connected to, and read. Nothing of it reaches a patient's record. */
export const DeviceTrial = z.strictObject({
  foundId: FoundDevice.shape.foundId,
  /** `detecting`: it is being found out what it speaks. `failed`: that was nothing. */
  state: z.enum([...DeviceState.options, 'detecting', 'failed']),
  /** What it speaks; null until that is known. */
  protocol: z.string().max(40).nullable(),
  /** What it said of itself. */
  facts: DeviceFacts.nullable(),
  /** The newest number of each parameter since the trial began, from a memory too. */
  samples: z.array(Sample).max(32),
});
export type DeviceTrial = z.infer<typeof DeviceTrial>;

/**
 * How a nurse made sure that it is this very device: its serial number stands on it, or its number is what
 * its own display shows.
 */
export const IdentityProof = z.discriminatedUnion('kind', [
  z.strictObject({ kind: z.literal('serial-number'), serialNumber: z.string().min(1).max(126) }),
  z.strictObject({ kind: z.literal('measurement'), sampleId: Sample.shape.sampleId }),
]);
export type IdentityProof = z.infer<typeof IdentityProof>;

/** Where an enrolled device is found again. What the devices service itself found, never what a screen says. */
export const EnrolledPlace = z.discriminatedUnion('kind', [
  z.strictObject({ kind: z.literal('serial'), path: z.string().min(1).max(1_024) }),
  z.strictObject({
    kind: z.literal('gatt'),
    address: z.string().min(1).max(40),
    bondFirst: z.boolean(),
  }),
  z.strictObject({ kind: z.literal('hid'), serialNumber: z.string().min(1).max(126).optional() }),
]);
export type EnrolledPlace = z.infer<typeof EnrolledPlace>;

/** A device that a nurse has enrolled at this kiosk. */
export const EnrolledDevice = z.strictObject({
  deviceId: DeviceId,
  name: DeviceStatus.shape.name.min(1),
  protocol: z.string().max(40),
  transport: EnrolledPlace,
  /** How it was made sure that it is this one. */
  proof: z.enum(['serial-number', 'measurement']),
});
export type EnrolledDevice = z.infer<typeof EnrolledDevice>;

/**
 * Enrolling a device at the kiosk. Each needs a nurse who is signed in (`SIGN_IN_REQUIRED`). The page asks
 * `devices.search` again and again: the kiosk looks, and goes on with a trial, for as long as it is asked.
 */
export const kioskEnrolmentRows = {
  'devices.search': {
    request: z.strictObject({}),
    response: z.strictObject({
      /** In an order that does not change while they are there. */
      found: z.array(FoundDevice).max(65),
      /** Where nothing can be found, since there is no radio, or it does not answer. */
      unavailable: z.array(DeviceWay).max(3),
      trial: DeviceTrial.nullable(),
    }),
  },
  /** Begins to try a found device, and ends the trial before; null ends it. @throws `NOT_FOUND` */
  'devices.try': {
    request: z.strictObject({ foundId: FoundDevice.shape.foundId.nullable() }),
    response: z.strictObject({}),
  },
  /**
   * Enrols the device that is being tried; it is read from now on.
   *
   * @throws `NOT_FOUND` when it is not the one that is tried, `CONFLICT` when the proof is not what it
   * said, or when it is enrolled already.
   */
  'devices.enrol': {
    request: z.strictObject({
      foundId: FoundDevice.shape.foundId,
      name: DeviceStatus.shape.name.trim().min(1),
      proof: IdentityProof,
    }),
    response: z.strictObject({ device: DeviceStatus }),
  },
  /** Lets go of a device that was enrolled here. @throws `NOT_FOUND`, also for one of the settings file. */
  'devices.remove': { request: z.strictObject({ deviceId: DeviceId }), response: z.strictObject({}) },
} as const satisfies Contract;
