import { randomUUID } from 'node:crypto';
import { type Call, type MediaSource, type Participant } from '@shimabashi/contracts';
import { afterAll, afterEach, beforeAll, describe, expect, it, vi } from 'vitest';
import { type types } from 'mediasoup';
import { DTLS, rtpOf, UNRELIABLE } from '../testing/rtp.ts';
import { callOf, startTestRooms, type TestVisitor } from '../testing/test-rooms.ts';

/** Workers are processes: on a busy machine they take their time. */
const PATIENCE = { timeout: 20_000 };
vi.setConfig({ testTimeout: 20_000, hookTimeout: 20_000 });
afterAll(() => vi.resetConfig());

let test: ReturnType<typeof startTestRooms>;
beforeAll(() => {
  test = startTestRooms();
});
afterAll(() => test.stop());
afterEach(() => test.failOnSurprise());

/** Somebody in the room with both transports. */
async function enter(call: Call, kind: Participant['kind']) {
  const { visitor, state } = await test.join(call, kind);
  const send = await visitor.ask('transport.create', { direction: 'send' });
  const receive = await visitor.ask('transport.create', { direction: 'receive' });
  return { visitor, state, send: send.transportId, receive: receive.transportId };
}
type Inside = Awaited<ReturnType<typeof enter>>;

async function produce({ visitor, send }: Inside, source: MediaSource): Promise<string> {
  const kind = source === 'microphone' ? 'audio' : 'video';
  const wanted = { transportId: send, kind, source, rtpParameters: rtpOf(source) } as const;
  return (await visitor.ask('producer.create', wanted)).producerId;
}

const consume = ({ visitor, receive, state }: Inside, producerId: string) =>
  visitor.ask('consumer.create', {
    transportId: receive,
    producerId,
    rtpCapabilities: state.rtpCapabilities,
  });

describe('the entrance', () => {
  it('lets in who has a ticket, and tells who is there', async () => {
    const call = callOf();
    const kiosk = await test.join(call, 'kiosk');
    const doctor = await test.join(call, 'doctor');
    expect(kiosk.state.participants).toEqual([kiosk.state.self]);
    expect(doctor.state).toMatchObject({
      call,
      participants: [kiosk.state.self, doctor.state.self],
      producers: [],
      dataProducers: [],
      words: null,
      front: 'face-camera',
    });
    const told = await kiosk.visitor.next('participants');
    expect(told.participants).toEqual(doctor.state.participants);
  });

  it('leaves out of the capabilities what kept pictures on their lowest layer', async () => {
    const { state } = await test.join(callOf(), 'kiosk');
    const said = JSON.stringify(state.rtpCapabilities);
    expect(said).not.toContain('abs-capture-time');
    for (const codec of ['audio/opus', 'video/VP8', 'video/H264', 'useinbandfec'])
      expect(said).toContain(codec);
  });

  it('refuses a ticket that nobody has given out', async () => {
    const visitor = test.open();
    expect(await visitor.codeOf('room.join', { ticket: 'x'.repeat(43) })).toBe('FORBIDDEN');
    expect(await visitor.closed()).toBe(4403);
    expect(test.bad.at(-1)).toBe('ticket');
  });

  it.each([
    ['a request', { type: 'request', id: 1, row: 'transport.create', body: { direction: 'send' } }],
    ['no JSON', 'hello'],
    ['another message', { type: 'hello' }],
  ])('closes on %s before the ticket', async (_what, message) => {
    const visitor = test.open();
    visitor.say(message);
    expect(await visitor.closed()).toBe(4400);
    expect(visitor.heard).toEqual([]);
  });

  it('does not wait for ever for a ticket', async () => {
    const visitor = test.open();
    test.clock.advance(15_000);
    expect(await visitor.closed()).toBe(4401);
  });

  it('lets the same ticket in again after a cut, in the place of the old socket', async () => {
    const call = callOf();
    const doctor = await test.join(call, 'doctor');
    const ticket = test.ticket(call, 'kiosk');
    const [first, second] = [test.open(), test.open()];
    const before = await first.ask('room.join', { ticket });
    test.presence.length = 0;
    const after = await second.ask('room.join', { ticket });
    expect(await first.closed()).toBe(4409);
    expect(after.self).toEqual(before.self);
    await doctor.visitor.next('participants');
    // It has not gone and come: it was there all the time.
    expect(test.presence).toEqual([]);
    second.hangUp();
    await doctor.visitor.next('participants', ({ participants }) => participants.length === 1);
    expect(test.presence).toContain(`left ${before.self.participantId}`);
  });
});

describe('media', () => {
  it('goes from the kiosk to the doctor, whoever came first', async () => {
    const call = callOf();
    const kiosk = await enter(call, 'kiosk');
    const microphone = await produce(kiosk, 'microphone');
    const doctor = await enter(call, 'doctor');
    expect(doctor.state.producers).toEqual([
      expect.objectContaining({ producerId: microphone, source: 'microphone', isPaused: false }),
    ]);
    const camera = await produce(kiosk, 'exam-camera');
    const { producer } = await doctor.visitor.next('producer');
    expect(producer).toMatchObject({ producerId: camera, source: 'exam-camera', kind: 'video' });

    const consumer = await consume(doctor, camera);
    expect(consumer).toMatchObject({ producerId: camera, kind: 'video' });
    const { consumerId } = consumer;
    await doctor.visitor.ask('consumer.resume', { consumerId });
    await doctor.visitor.ask('consumer.prefer', { consumerId, priority: 200, spatialLayer: 2 });
    expect(test.meter.count('received', 'video')).toBe(1);
    expect(test.meter.count('sent', 'video')).toBe(1);

    await kiosk.visitor.ask('producer.pause', { producerId: camera, isPaused: true });
    await doctor.visitor.next('producer', told => told.producer.isPaused);
    await kiosk.visitor.ask('producer.close', { producerId: camera });
    await doctor.visitor.next('producer-closed', ({ producerId }) => producerId === camera);
    await vi.waitFor(() => expect(test.meter.count('sent', 'video')).toBe(0), PATIENCE);
  });

  it('connects, and restarts its ICE', async () => {
    const { visitor, send } = await enter(callOf(), 'kiosk');
    await visitor.ask('transport.connect', { transportId: send, dtlsParameters: DTLS });
    const { iceParameters } = await visitor.ask('transport.restart-ice', { transportId: send });
    expect(iceParameters).toHaveProperty('usernameFragment');
  });

  it('has one producer a source and one transport a direction', async () => {
    const call = callOf();
    const [kiosk, doctor] = [await enter(call, 'kiosk'), await enter(call, 'doctor')];
    const first = await produce(kiosk, 'microphone');
    const second = await produce(kiosk, 'microphone');
    await doctor.visitor.next('producer-closed', ({ producerId }) => producerId === first);
    await kiosk.visitor.ask('transport.create', { direction: 'send' });
    await doctor.visitor.next('producer-closed', ({ producerId }) => producerId === second);
    const gone = { transportId: kiosk.send, dtlsParameters: DTLS };
    expect(await kiosk.visitor.codeOf('transport.connect', gone)).toBe('NOT_FOUND');
  });

  it('carries vitals unordered, and from the kiosk only', async () => {
    const call = callOf();
    const [kiosk, doctor] = [await enter(call, 'kiosk'), await enter(call, 'doctor')];
    const wanted = { transportId: kiosk.send, sctpStreamParameters: UNRELIABLE, label: 'vitals' } as const;
    const reliable = { ...wanted, sctpStreamParameters: { streamId: 1, ordered: true } };
    expect(await kiosk.visitor.codeOf('data-producer.create', reliable)).toBe('BAD_REQUEST');
    const { dataProducerId } = await kiosk.visitor.ask('data-producer.create', wanted);
    const { dataProducer } = await doctor.visitor.next('data-producer');
    expect(dataProducer.dataProducerId).toBe(dataProducerId);
    const consumer = { transportId: doctor.receive, dataProducerId };
    expect(await doctor.visitor.ask('data-consumer.create', consumer)).toMatchObject({
      dataProducerId,
      sctpStreamParameters: { ordered: false, maxPacketLifeTime: 500 },
    });
    const own = { ...wanted, transportId: doctor.send };
    expect(await doctor.visitor.codeOf('data-producer.create', own)).toBe('FORBIDDEN');
  });

  it.each([
    ['exam-camera', 'video', 'FORBIDDEN'],
    ['microphone', 'video', 'BAD_REQUEST'],
    ['face-camera', 'audio', 'BAD_REQUEST'],
  ] as const)('refuses a doctor’s %s as %s', async (source, kind, code) => {
    const { visitor, send } = await enter(callOf(), 'doctor');
    const wanted = { transportId: send, kind, source, rtpParameters: rtpOf(source) };
    expect(await visitor.codeOf('producer.create', wanted)).toBe(code);
  });

  it('gives nobody what is in another room, or their own', async () => {
    const here = await enter(callOf(), 'kiosk');
    const producerId = await produce(here, 'microphone');
    const elsewhere = await enter(callOf(), 'doctor');
    await expect(consume(elsewhere, producerId)).rejects.toThrow('NOT_FOUND');
    await expect(consume(here, producerId)).rejects.toThrow('NOT_FOUND');
    const foreign = { transportId: here.send, dtlsParameters: DTLS };
    expect(await elsewhere.visitor.codeOf('transport.connect', foreign)).toBe('NOT_FOUND');
  });

  it('takes no more consumers and layers than a call has', async () => {
    const call = callOf();
    const [kiosk, doctor] = [await enter(call, 'kiosk'), await enter(call, 'doctor')];
    const producerId = await produce(kiosk, 'microphone');
    const codes: string[] = [];
    for (let made = 0; made < 17; made += 1)
      codes.push(
        await consume(doctor, producerId).then(
          () => 'OK',
          (error: Error) => error.message,
        ),
      );
    expect(codes.filter(code => code === 'OK')).toHaveLength(16);
    const rtpParameters = rtpOf('face-camera');
    const encodings = Array.from({ length: 5 }, (_, at) => ({ ssrc: 77_000_000 + at }));
    const wanted = {
      transportId: kiosk.send,
      kind: 'video',
      source: 'face-camera',
      rtpParameters: { ...rtpParameters, encodings },
    };
    expect(await kiosk.visitor.codeOf('producer.create', wanted)).toBe('BAD_REQUEST');
  });
});

describe('a call that rings', () => {
  it('is built up, and lets nothing across before it is taken', async () => {
    const consumers: (types.Consumer | types.DataConsumer)[] = [];
    const stopWatching = test.onConsumer(consumer => consumers.push(consumer));
    const call = callOf({ state: 'ringing', connectedAtMs: null });
    const [kiosk, doctor] = [await enter(call, 'kiosk'), await enter(call, 'doctor')];
    const { consumerId } = await consume(kiosk, await produce(doctor, 'microphone'));
    await kiosk.visitor.ask('consumer.resume', { consumerId });
    const wanted = { transportId: kiosk.send, sctpStreamParameters: UNRELIABLE, label: 'vitals' } as const;
    const { dataProducerId } = await kiosk.visitor.ask('data-producer.create', wanted);
    await doctor.visitor.ask('data-consumer.create', { transportId: doctor.receive, dataProducerId });
    stopWatching();
    const arePaused = () => consumers.map(({ paused }) => paused);
    expect(arePaused()).toEqual([true, true]);
    expect(await doctor.visitor.codeOf('words.show', { words: null })).toBe('CONFLICT');
    expect(await doctor.visitor.codeOf('still.ask', { stillId: randomUUID() })).toBe('CONFLICT');
    const vitals = { type: 'vitals', vitals: { kind: 'ended' } };
    kiosk.visitor.say(vitals);

    const nurse = { practitionerId: 'n1', name: '汐入 美咲', nameLatin: '', role: 'nurse' } as const;
    test.change({ ...call, state: 'connected', nurse });
    await expect.poll(arePaused, PATIENCE).toEqual([false, false]);
    kiosk.visitor.say(vitals);
    await doctor.visitor.ask('words.show', { words: null });
    expect(doctor.visitor.heard.filter(({ type }) => type === 'vitals')).toHaveLength(1);
    const told = await doctor.visitor.next('participants', ({ participants }) =>
      participants.some(({ staff }) => staff !== null),
    );
    expect(told.participants.map(({ kind, staff }) => [kind, staff])).toEqual([
      ['kiosk', nurse],
      ['doctor', null],
    ]);
  });
});

describe('what stands on the screens', () => {
  async function both(): Promise<{ call: Call; kiosk: TestVisitor; doctor: TestVisitor }> {
    const call = callOf();
    const kiosk = (await test.join(call, 'kiosk')).visitor;
    return { call, kiosk, doctor: (await test.join(call, 'doctor')).visitor };
  }

  it('passes words to the kiosk and says when they are shown', async () => {
    const { call, kiosk, doctor } = await both();
    const words = { wordsId: randomUUID(), text: '息を止めてください' };
    await doctor.ask('words.show', { words });
    expect((await kiosk.next('words')).words).toEqual(words);
    await kiosk.ask('words.shown', { wordsId: randomUUID() });
    await kiosk.ask('words.shown', { wordsId: words.wordsId });
    await doctor.next('words-shown');
    expect(doctor.heard.filter(({ type }) => type === 'words-shown')).toHaveLength(1);
    expect((await test.join(call, 'doctor')).state.words).toEqual(words);
    await doctor.ask('words.show', { words: null });
    await kiosk.next('words', told => told.words === null);
  });

  it('says which picture is in front, to who comes later too', async () => {
    const { call, kiosk, doctor } = await both();
    await doctor.ask('front.choose', { source: 'exam-camera' });
    expect((await kiosk.next('front')).source).toBe('exam-camera');
    expect((await test.join(call, 'doctor')).state.front).toBe('exam-camera');
  });

  it('asks the kiosk for a still, and tells what became of it', async () => {
    const { kiosk, doctor } = await both();
    const stillId = randomUUID();
    await doctor.ask('still.ask', { stillId });
    expect((await kiosk.next('still-asked')).stillId).toBe(stillId);
    await kiosk.ask('still.told', { stillId, outcome: 'saved' });
    expect(await doctor.next('still-told')).toMatchObject({ stillId, outcome: 'saved' });
    kiosk.hangUp();
    expect(await doctor.codeOf('still.ask', { stillId })).toBe('PEER_OFFLINE');
  });

  it.each([
    ['words.show', { words: null }, 'kiosk'],
    ['front.choose', { source: 'face-camera' }, 'kiosk'],
    ['still.ask', { stillId: randomUUID() }, 'kiosk'],
    ['words.shown', { wordsId: randomUUID() }, 'doctor'],
    ['still.told', { stillId: randomUUID(), outcome: 'saved' }, 'doctor'],
  ] as const)('lets not everyone: %s', async (row, body, who) => {
    const people = await both();
    expect(await people[who].codeOf(row, body)).toBe('FORBIDDEN');
  });

  it('carries vitals while no channel is open, but not to who cannot keep up', async () => {
    const { kiosk, doctor } = await both();
    const vitals = { type: 'vitals', vitals: { kind: 'ended' } };
    doctor.bufferedAmount = 70_000;
    kiosk.say(vitals);
    doctor.bufferedAmount = 0;
    kiosk.say(vitals);
    await doctor.next('vitals');
    doctor.say(vitals);
    await doctor.ask('front.choose', { source: 'face-camera' });
    expect(doctor.heard.filter(({ type }) => type === 'vitals')).toHaveLength(1);
    expect(kiosk.heard.filter(({ type }) => type === 'vitals')).toEqual([]);
  });

  it('echoes the hub’s clock', async () => {
    const { kiosk } = await both();
    kiosk.say({ type: 'ask', askedAtMs: 17 });
    expect(await kiosk.next('echo')).toEqual({
      type: 'echo',
      askedAtMs: 17,
      otherAtMs: test.clock.nowMs(),
    });
  });
});

it('lets no crowd at the door keep out who has a ticket', async () => {
  const call = callOf();
  const { visitor: kiosk } = await test.join(call, 'kiosk');
  const strangers = Array.from({ length: 600 }, () => test.open());
  const { visitor: doctor } = await test.join(call, 'doctor');
  expect(strangers.filter(({ closedWith }) => closedWith === 4429).length).toBeGreaterThan(80);
  expect(strangers.at(-1)?.closedWith).toBeUndefined();
  expect(kiosk.closedWith ?? doctor.closedWith).toBeUndefined();
  for (const stranger of strangers) stranger.hangUp();
});

describe('the end', () => {
  it('of a call is told, and closes its room', async () => {
    const call = callOf();
    const { visitor } = await enter(call, 'kiosk');
    const ticket = test.ticket(call, 'doctor');
    test.change({ ...call, nurse: null });
    expect(visitor.closedWith).toBeUndefined();
    test.change({ ...call, state: 'ended', endedAtMs: 1_795_000_002_000 });
    await visitor.next('call', told => told.call.state === 'ended');
    expect(await visitor.closed()).toBe(1000);
    expect(await test.open().codeOf('room.join', { ticket })).toBe('FORBIDDEN');
  });

  it('of one’s own visit is told to the others', async () => {
    const call = callOf();
    const [kiosk, doctor] = [await enter(call, 'kiosk'), await enter(call, 'doctor')];
    const producerId = await produce(kiosk, 'microphone');
    await kiosk.visitor.ask('room.leave', {});
    expect(await kiosk.visitor.closed()).toBe(1000);
    await doctor.visitor.next('producer-closed', told => told.producerId === producerId);
    await doctor.visitor.next('participants', ({ participants }) => participants.length === 1);
    expect(test.rooms.participantCount).toBeGreaterThan(0);
  });

  it('comes for a socket that has fallen silent', async () => {
    const call = callOf();
    const [kiosk, doctor] = [await enter(call, 'kiosk'), await enter(call, 'doctor')];
    for (let passed = 0; passed < 4; passed += 1) {
      test.clock.advance(5_000);
      doctor.visitor.pong();
    }
    expect(await kiosk.visitor.closed()).toBe(1006);
    expect(doctor.visitor.closedWith).toBeUndefined();
  });
});
