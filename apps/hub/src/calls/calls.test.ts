import { RING_FOR_MS } from '@shimabashi/contracts';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { about, CallScene, doctor, kiosk, NURSE } from '../testing/call-scene.ts';
import { EMPTY_FOR_MS, type Party } from './calls.ts';

let scene: CallScene;
beforeEach(() => {
  scene = new CallScene();
});
afterEach(() => {
  scene.end();
});
const code = (name: string) => expect.objectContaining({ code: name });
const ring = (practitionerId = 'd1', kioskDeviceId = 'kiosk-1', what = about()) =>
  scene.calls.ringKiosk(doctor(practitionerId), { ...what, kioskDeviceId });
const ringDuty = (deviceId = 'kiosk-1', what = about()) => scene.calls.ringDuty(kiosk(deviceId), what);

describe('a doctor rings a kiosk', () => {
  it('connects when the kiosk accepts, with the nurse who did', () => {
    const { callId } = ring();
    expect(scene.calls.accept(callId, kiosk('kiosk-1'))).toMatchObject({
      state: 'connected',
      direction: 'to-kiosk',
      doctor: { practitionerId: 'd1' },
      nurse: NURSE,
      connectedAtMs: scene.clock.nowMs(),
    });
  });

  it('says at once that the kiosk cannot be reached, is busy, or is not theirs', () => {
    scene.up.delete('kiosk-2');
    expect(() => ring('d1', 'kiosk-2')).toThrow(code('PEER_OFFLINE'));
    expect(() => ring('d1', 'kiosk-far')).toThrow(code('NOT_FOUND'));
    expect(() => ring('d1', 'nowhere')).toThrow(code('NOT_FOUND'));
    ring('d1', 'kiosk-1');
    expect(() => ring('d2', 'kiosk-1')).toThrow(code('PEER_BUSY'));
    scene.up.add('kiosk-2');
    expect(() => ring('d1', 'kiosk-2')).toThrow(code('IN_CALL'));
  });

  it('is one call however often it is pressed, and no other call’s id is taken', () => {
    const what = about();
    const first = ring('d1', 'kiosk-1', what);
    scene.clock.advance(2_000);
    expect(ring('d1', 'kiosk-1', what)).toEqual(first);
    expect(() => ring('d2', 'kiosk-2', what)).toThrow(code('CONFLICT'));
    expect(() => ringDuty('kiosk-2', what)).toThrow(code('CONFLICT'));
  });

  it('ends when the kiosk declines, with the reason', () => {
    const { callId } = ring();
    const declined = scene.calls.decline(callId, kiosk('kiosk-1'), 'with-a-patient');
    expect(declined).toMatchObject({
      state: 'ended',
      end: { reason: 'declined', declinedBecause: 'with-a-patient', by: NURSE },
    });
    expect(scene.calls.decline(callId, kiosk('kiosk-1'), 'not-now')).toEqual(declined);
    expect(() => scene.calls.accept(callId, kiosk('kiosk-1'))).toThrow(code('CALL_ENDED'));
  });

  it('may be given up by who called, and only declined by who is called', () => {
    const { callId } = ring();
    expect(() => scene.calls.end(callId, kiosk('kiosk-1'))).toThrow(code('FORBIDDEN'));
    expect(() => scene.calls.accept(callId, doctor('d1'))).toThrow(code('FORBIDDEN'));
    expect(() => scene.calls.decline(callId, doctor('d1'), 'not-now')).toThrow(code('FORBIDDEN'));
    expect(() => scene.calls.end(callId, doctor('d2'))).toThrow(code('FORBIDDEN'));
    expect(scene.calls.end(callId, doctor('d1')).end?.reason).toBe('cancelled');
  });

  it('is not there for other clinics and other kiosks', () => {
    const { callId } = scene.calls.ringKiosk(doctor('d3'), { ...about(), kioskDeviceId: 'kiosk-far' });
    for (const party of [doctor('d1'), kiosk('kiosk-1')]) {
      expect(() => scene.calls.accept(callId, party)).toThrow(code('NOT_FOUND'));
      expect(() => scene.calls.decline(callId, party, 'not-now')).toThrow(code('NOT_FOUND'));
      expect(() => scene.calls.end(callId, party)).toThrow(code('NOT_FOUND'));
      expect(() => scene.rooms.giveTicket(callId, party)).toThrow(code('NOT_FOUND'));
      expect(scene.calls.of(party)).toEqual([]);
    }
  });
});

describe('a kiosk rings the doctors on duty', () => {
  it('rings all who are here and free, and the first who accepts has it', () => {
    scene.here.delete('d2');
    const { callId, rung } = ringDuty();
    expect(rung.map(({ staff }) => staff.practitionerId)).toEqual(['d1', 'd3']);
    expect(scene.calls.accept(callId, doctor('d3'))).toMatchObject({
      state: 'connected',
      doctor: { practitionerId: 'd3' },
    });
    expect(() => scene.calls.accept(callId, doctor('d1'))).toThrow(code('CONFLICT'));
    expect(() => scene.calls.accept(callId, doctor('d2'))).toThrow(code('FORBIDDEN'));
    expect(scene.calls.accept(callId, doctor('d3')).state).toBe('connected');
  });

  it('says at once that nobody is here, or that all are busy', () => {
    scene.here.clear();
    expect(() => ringDuty()).toThrow(code('NOBODY_ON_DUTY'));
    scene.here.add('d1');
    ring('d1', 'kiosk-2');
    expect(() => ringDuty()).toThrow(code('PEER_BUSY'));
  });

  it('rings a doctor on duty whose console is closed, where a browser of theirs can be woken', () => {
    scene.here.clear();
    scene.subscribed.add('d2');
    const { callId, rung } = ringDuty();
    expect(rung.map(({ staff }) => staff.practitionerId)).toEqual(['d2']);
    expect(scene.calls.ringing().map(call => call.callId)).toEqual([callId]);
    expect(scene.calls.accept(callId, doctor('d2')).state).toBe('connected');
    expect(scene.calls.ringing()).toEqual([]);
  });

  it('goes on while one declines, and ends with the reason of the last', () => {
    scene.here.delete('d3');
    const { callId } = ringDuty();
    expect(scene.calls.decline(callId, doctor('d1'), 'with-a-patient')).toMatchObject({
      state: 'ringing',
      rung: [{ declinedBecause: 'with-a-patient' }, { declinedBecause: null }],
    });
    expect(scene.calls.decline(callId, doctor('d2'), 'by-telephone')).toMatchObject({
      state: 'ended',
      end: { reason: 'declined', declinedBecause: 'by-telephone', by: { practitionerId: 'd2' } },
    });
  });

  it('may still be taken by who declined first, while it rings at others', () => {
    const { callId } = ringDuty();
    scene.calls.decline(callId, doctor('d1'), 'not-now');
    expect(scene.calls.accept(callId, doctor('d1')).state).toBe('connected');
  });

  it('rings also at a doctor on duty who comes while it rings, but not at one of another clinic', () => {
    scene.here.delete('d1');
    const { callId } = ringDuty('kiosk-far', about('p9'));
    scene.calls.doctorIsHere(doctor('d1').staff);
    expect(scene.calls.get(callId, kiosk('kiosk-far')).rung).toHaveLength(1);
    const near = ringDuty('kiosk-1');
    scene.calls.doctorIsHere(doctor('d1').staff);
    expect(scene.calls.accept(near.callId, doctor('d1')).state).toBe('connected');
  });

  it('is told "with a patient" by a doctor who took another call', () => {
    scene.here.delete('d2');
    scene.here.delete('d3');
    const first = ringDuty('kiosk-1');
    const second = ringDuty('kiosk-2', about('p2'));
    scene.calls.accept(first.callId, doctor('d1'));
    expect(scene.calls.get(second.callId, kiosk('kiosk-2'))).toMatchObject({
      state: 'ended',
      end: { reason: 'declined', declinedBecause: 'with-a-patient' },
    });
  });
});

describe('time', () => {
  it.each(['to-kiosk', 'to-doctor'])('ends a call %s that nobody answers', direction => {
    const { callId } = direction === 'to-kiosk' ? ring() : ringDuty();
    scene.clock.advance(RING_FOR_MS - 1_000);
    expect(scene.calls.get(callId, kiosk('kiosk-1')).state).toBe('ringing');
    scene.clock.advance(1_000);
    expect(scene.calls.get(callId, kiosk('kiosk-1')).end?.reason).toBe('no-answer');
  });

  it('goes on where it was when the hub is killed while it rings', () => {
    const { callId } = ring();
    scene.clock.advance(RING_FOR_MS / 2);
    scene.restart();
    expect(scene.calls.of(kiosk('kiosk-1'))).toMatchObject([{ callId, state: 'ringing' }]);
    scene.clock.advance(RING_FOR_MS / 2);
    expect(scene.calls.get(callId, kiosk('kiosk-1')).end?.reason).toBe('no-answer');
  });

  it('ends a call whose room stays empty, and no other', () => {
    const { callId } = ring();
    scene.calls.accept(callId, kiosk('kiosk-1'));
    const { ticket } = scene.rooms.giveTicket(callId, doctor('d1'));
    const { participantId } = scene.rooms.admit(ticket)!.participant;
    scene.clock.advance(EMPTY_FOR_MS - 1_000);
    scene.rooms.joined(callId, participantId);
    scene.clock.advance(3 * EMPTY_FOR_MS);
    expect(scene.calls.get(callId, doctor('d1')).state).toBe('connected');
    scene.rooms.left(callId, participantId);
    scene.clock.advance(EMPTY_FOR_MS - 1_000);
    expect(scene.calls.get(callId, doctor('d1')).state).toBe('connected');
    scene.clock.advance(1_000);
    expect(scene.calls.get(callId, doctor('d1')).end?.reason).toBe('lost');
  });
});

describe('whom a call is about', () => {
  it('may be said later, once', () => {
    const { callId } = ringDuty('kiosk-1', about(null));
    const subject = { callId, patientId: 'p1', encounterId: 'e1' };
    expect(scene.calls.attach(subject, kiosk('kiosk-1'))).toMatchObject(subject);
    expect(scene.calls.attach(subject, kiosk('kiosk-1'))).toMatchObject(subject);
    expect(() => scene.calls.attach({ ...subject, patientId: 'p2' }, kiosk('kiosk-1'))).toThrow(
      code('CONFLICT'),
    );
    expect(() => scene.calls.attach(subject, doctor('d2'))).toThrow(code('FORBIDDEN'));
  });

  it('ends with the visit', () => {
    const { callId } = ring('d1', 'kiosk-1', about('p1', 'e1'));
    scene.calls.accept(callId, kiosk('kiosk-1'));
    scene.calls.visitClosed('e2', doctor('d1').staff);
    expect(scene.calls.get(callId, doctor('d1')).state).toBe('connected');
    scene.calls.visitClosed('e1', doctor('d1').staff);
    expect(scene.calls.get(callId, doctor('d1')).end?.reason).toBe('closed');
  });
});

it('has one open call of a kiosk and of a doctor in the database too, whatever the code does', () => {
  const call = ring('d1', 'kiosk-1');
  const another = { ...call, callId: about().callId };
  expect(() => scene.store.saveCall({ ...another, kioskDeviceId: 'kiosk-2' }, false)).toThrow('UNIQUE');
  expect(() => scene.store.saveCall({ ...another, doctor: null }, false)).toThrow('UNIQUE');
});

describe('the room', () => {
  function connectedCall() {
    const { callId } = ring();
    scene.calls.accept(callId, kiosk('kiosk-1'));
    return callId;
  }

  it('lets in while it rings who rings and the kiosk, and no other doctor then or later', () => {
    const { callId } = ring();
    for (const party of [doctor('d1'), kiosk('kiosk-1')]) {
      expect(scene.rooms.admit(scene.rooms.giveTicket(callId, party).ticket)).toBeDefined();
    }
    expect(() => scene.rooms.giveTicket(callId, doctor('d2'))).toThrow(code('FORBIDDEN'));
    scene.calls.accept(callId, kiosk('kiosk-1'));
    expect(() => scene.rooms.giveTicket(callId, doctor('d2'))).toThrow(code('FORBIDDEN'));
  });

  it('waits for the doctor on duty who takes it, at whom it only rings before', () => {
    const { callId } = scene.calls.ringDuty(kiosk('kiosk-1'), about());
    scene.rooms.giveTicket(callId, kiosk('kiosk-1'));
    expect(() => scene.rooms.giveTicket(callId, doctor('d1'))).toThrow(code('FORBIDDEN'));
    scene.calls.accept(callId, doctor('d1'));
    scene.rooms.giveTicket(callId, doctor('d1'));
  });

  it('has nobody present while it rings, and from its taking on whoever waited, as who took it', () => {
    const { callId } = ring();
    const enter = (party: Party): string => {
      const { participantId } = scene.rooms.admit(scene.rooms.giveTicket(callId, party).ticket)!.participant;
      scene.rooms.joined(callId, participantId);
      return participantId;
    };
    const nobodyYet = { ...kiosk('kiosk-1'), nurse: null };
    enter(nobodyYet);
    const away = enter(doctor('d1'));
    scene.rooms.left(callId, away);
    scene.clock.advance(5_000);
    expect(scene.store.presences(callId)).toEqual([]);
    scene.calls.accept(callId, kiosk('kiosk-1'));
    const takenAtMs = scene.clock.nowMs();
    expect(scene.store.presences(callId)).toEqual([{ staff: NURSE, joinedAtMs: takenAtMs, leftAtMs: null }]);
    scene.clock.advance(EMPTY_FOR_MS);
    expect(scene.calls.get(callId, doctor('d1')).state).toBe('connected');
  });

  it('admits by the newest ticket of each, keeps who they are, and nobody after the end', () => {
    const callId = connectedCall();
    const old = scene.rooms.giveTicket(callId, kiosk('kiosk-1')).ticket;
    const before = scene.rooms.admit(old)!.participant;
    const { ticket } = scene.rooms.giveTicket(callId, kiosk('kiosk-1'));
    expect(scene.rooms.admit(old)).toBeUndefined();
    const { participant, call } = scene.rooms.admit(ticket)!;
    expect(participant).toEqual({ ...before, kind: 'kiosk', staff: NURSE });
    expect(call.callId).toBe(callId);
    const other = scene.rooms.giveTicket(callId, doctor('d1')).ticket;
    expect(scene.rooms.admit(other)!.participant).toMatchObject({
      kind: 'doctor',
      staff: doctor('d1').staff,
    });
    scene.calls.end(callId, doctor('d1'));
    expect([ticket, other, 'x'].map(each => scene.rooms.admit(each))).toEqual([
      undefined,
      undefined,
      undefined,
    ]);
    expect(() => scene.rooms.giveTicket(callId, doctor('d1'))).toThrow(code('CALL_ENDED'));
  });

  it('admits the same ticket after the hub was killed, and knows who was in it', () => {
    const callId = connectedCall();
    const { ticket } = scene.rooms.giveTicket(callId, doctor('d1'));
    const before = scene.rooms.admit(ticket)!.participant;
    scene.rooms.joined(callId, before.participantId);
    scene.clock.advance(60_000);
    scene.restart();
    expect(scene.rooms.admit(ticket)!.participant).toEqual(before);
    expect(scene.store.presences(callId)).toMatchObject([{ leftAtMs: scene.clock.nowMs() }]);
    scene.clock.advance(EMPTY_FOR_MS);
    expect(scene.calls.get(callId, doctor('d1')).end?.reason).toBe('lost');
  });

  it('counts a participant as gone when the last socket is', () => {
    const callId = connectedCall();
    const { ticket } = scene.rooms.giveTicket(callId, doctor('d1'));
    const { participantId } = scene.rooms.admit(ticket)!.participant;
    scene.rooms.joined(callId, participantId);
    scene.rooms.joined(callId, participantId);
    scene.rooms.left(callId, participantId);
    expect(scene.store.presences(callId)).toMatchObject([{ leftAtMs: null }]);
    scene.rooms.left(callId, participantId);
    scene.rooms.left(callId, participantId);
    expect(scene.store.presences(callId)).toMatchObject([{ leftAtMs: scene.clock.nowMs() }]);
  });
});
