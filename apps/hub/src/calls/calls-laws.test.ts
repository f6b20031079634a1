import fc from 'fast-check';
import { AppError, type Call } from '@shimabashi/contracts';
import { expect, it } from 'vitest';
import { CallScene, doctor, kiosk } from '../testing/call-scene.ts';
import { EMPTY_FOR_MS } from './calls.ts';

const anyDoctor = fc.constantFrom('d1', 'd2', 'd3').map(doctor);
const anyKiosk = fc.constantFrom('kiosk-1', 'kiosk-2', 'kiosk-far').map(kiosk);
const anyParty = fc.oneof(anyDoctor, anyKiosk);
/** Few ids, so that presses repeat and cross. */
const anyCallId = fc
  .integer({ min: 0, max: 5 })
  .map(number => `00000000-0000-4000-8000-00000000000${number}`);

/** Anything that may happen, sensible or not. */
const anyStep: fc.Arbitrary<(scene: CallScene) => void> = fc.oneof(
  fc.tuple(anyDoctor, anyKiosk, anyCallId).map(([party, { deviceId }, callId]) => (scene: CallScene) => {
    scene.calls.ringKiosk(party, {
      callId,
      kioskDeviceId: deviceId,
      patientId: 'p1',
      encounterId: 'e1',
    });
  }),
  fc.tuple(anyKiosk, anyCallId).map(([party, callId]) => (scene: CallScene) => {
    scene.calls.ringDuty(party, { callId, patientId: null, encounterId: null });
  }),
  fc.tuple(anyParty, anyCallId).map(([party, callId]) => (scene: CallScene) => {
    scene.calls.accept(callId, party);
  }),
  fc.tuple(anyParty, anyCallId).map(([party, callId]) => (scene: CallScene) => {
    scene.calls.decline(callId, party, 'not-now');
  }),
  fc.tuple(anyParty, anyCallId).map(([party, callId]) => (scene: CallScene) => {
    scene.calls.end(callId, party);
  }),
  fc.tuple(anyParty, anyCallId, fc.boolean()).map(([party, callId, leaves]) => (scene: CallScene) => {
    const { ticket } = scene.rooms.giveTicket(callId, party);
    const { participantId } = scene.rooms.admit(ticket)!.participant;
    scene.rooms.joined(callId, participantId);
    if (leaves) scene.rooms.left(callId, participantId);
  }),
  anyDoctor.map(({ staff }) => (scene: CallScene) => {
    if (!scene.here.delete(staff.practitionerId)) {
      scene.here.add(staff.practitionerId);
      scene.calls.doctorIsHere(staff);
    }
  }),
  anyKiosk.map(({ deviceId }) => (scene: CallScene) => {
    if (!scene.up.delete(deviceId)) scene.up.add(deviceId);
  }),
  fc.integer({ min: 0, max: 90_000 }).map(ms => (scene: CallScene) => scene.clock.advance(ms)),
  fc.constant((scene: CallScene) => scene.restart()),
);

const doctorOf = (call: Call): string[] => (call.doctor === null ? [] : [call.doctor.practitionerId]);

it('never has two calls of one kiosk or one doctor, never opens one again, and ends every one', () => {
  fc.assert(
    fc.property(fc.array(anyStep, { maxLength: 40 }), steps => {
      const scene = new CallScene();
      const ended = new Map<string, Call>();
      for (const step of steps) {
        attempt(() => step(scene));
        const all = scene.store.recentCalls(0);
        const open = all.filter(({ state }) => state !== 'ended');
        const kiosks = open.map(({ kioskDeviceId }) => kioskDeviceId);
        expect(new Set(kiosks).size).toBe(kiosks.length);
        const doctors = open.flatMap(doctorOf);
        expect(new Set(doctors).size).toBe(doctors.length);
        for (const [callId, call] of ended) expect(scene.store.call(callId)).toEqual(call);
        for (const call of all) if (call.state === 'ended') ended.set(call.callId, call);
      }
      scene.restart(); // Every socket is gone, and nobody comes back.
      scene.clock.advance(EMPTY_FOR_MS);
      expect(scene.store.openCalls()).toEqual([]);
      scene.end();
    }),
    { numRuns: 200 },
  );
});

/** A refusal is an answer too; anything else is a bug. */
function attempt(work: () => void): void {
  try {
    work();
  } catch (error) {
    if (!(error instanceof AppError)) throw error;
  }
}
