import * as fc from 'fast-check';
import { type Participant } from '@shimabashi/contracts';
import { afterAll, expect, it } from 'vitest';
import { rtpOf } from '../testing/rtp.ts';
import { callOf, startTestRooms, type TestVisitor } from '../testing/test-rooms.ts';

const test = startTestRooms();
afterAll(() => {
  test.stop();
  test.failOnSurprise();
});

const KINDS: readonly Participant['kind'][] = ['kiosk', 'doctor', 'doctor'];

/** What may happen to a participant, at once or one after the other. */
const event = fc.record({
  who: fc.nat(KINDS.length - 1),
  what: fc.constantFrom('come', 'come', 'come again here', 'leave', 'hang up', 'speak'),
  /** Before the one before it has been answered. */
  atOnce: fc.boolean(),
});

/** One participant as the test knows it. */
class Person {
  readonly ticket: string;
  readonly kind: Participant['kind'];
  visitor: TestVisitor | undefined;
  /** Every socket ever opened: an older one may still be on its way in. */
  readonly opened: TestVisitor[] = [];

  constructor(kind: Participant['kind'], ticket: string) {
    this.kind = kind;
    this.ticket = ticket;
  }

  async live(what: string): Promise<void> {
    const { visitor } = this;
    switch (what) {
      case 'come':
        this.visitor = test.open();
        this.opened.push(this.visitor);
        await this.visitor.result('room.join', { ticket: this.ticket });
        return;
      case 'come again here':
        await visitor?.result('room.join', { ticket: this.ticket });
        return;
      case 'leave':
        this.visitor = undefined;
        await visitor?.result('room.leave', {});
        return;
      case 'hang up':
        this.visitor = undefined;
        visitor?.hangUp();
        return;
      case 'speak':
        await this.speak();
    }
  }

  /** Sound into the room: only with a router that lives. */
  async speak(): Promise<string | undefined> {
    const made = await this.visitor?.result('transport.create', { direction: 'send' });
    if (made?.ok !== true) return undefined;
    const { transportId } = made.body as { transportId: string };
    const rtpParameters = rtpOf('microphone');
    const wanted = { transportId, kind: 'audio', source: 'microphone', rtpParameters };
    const produced = await this.visitor?.result('producer.create', wanted);
    return produced?.ok === true ? (produced.body as { producerId: string }).producerId : undefined;
  }
}

/** The last one goes in the turn in which the next one comes: its router was closed under it once. */
const LAST_ONE_OUT = [
  { who: 0, what: 'come', atOnce: false },
  { who: 1, what: 'come', atOnce: true },
  { who: 0, what: 'hang up', atOnce: false },
  { who: 1, what: 'speak', atOnce: false },
];

it('keeps everyone who is in able to speak, and says once of each that they came and went', async () => {
  await fc.assert(
    fc.asyncProperty(fc.array(event, { maxLength: 25 }), async events => {
      const call = callOf();
      test.presence.length = 0;
      const people = KINDS.map(kind => new Person(kind, test.ticket(call, kind)));
      let before: Promise<unknown> = Promise.resolve();
      for (const { who, what, atOnce } of events) {
        // A socket that closes in the middle answers nothing: that is an end, not a failure.
        const living = people[who]!.live(what).catch(() => {});
        before = Promise.all([before, living]);
        // oxlint-disable-next-line no-await-in-loop -- one after the other, unless they come at once
        if (!atOnce) await before;
      }
      await before;
      for (const { visitor, ticket } of people) await visitor?.result('room.join', { ticket });
      const inside = people.filter(({ visitor }) => visitor !== undefined);
      for (const person of inside) expect(await person.speak()).toBeDefined();
      for (const { opened } of people) opened.forEach(visitor => visitor.hangUp());
      for (const participantId of new Set(test.presence.map(line => line.split(' ')[1]))) {
        const said = test.presence.filter(line => line.endsWith(` ${participantId}`));
        expect(said.map(line => line.split(' ')[0])).toEqual(
          said.map((_line, at) => (at % 2 === 0 ? 'joined' : 'left')),
        );
        expect(said.length % 2).toBe(0);
      }
      expect(test.rooms.participantCount).toBe(0);
    }),
    { numRuns: 100, examples: [[LAST_ONE_OUT]] },
  );
}, 60_000);
