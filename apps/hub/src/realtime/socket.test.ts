import { LinkUp } from '@shimabashi/contracts';
import fc from 'fast-check';
import { expect, it } from 'vitest';
import { hearMessages, type HubSocket } from './socket.ts';

it('takes what fits, and closes on anything else, whatever it is', () => {
  fc.assert(
    fc.property(
      fc.oneof(fc.string(), fc.json(), fc.constant('{"type":"live-ended","patientId":"a"}')),
      text => {
        const events: unknown[] = [];
        let say = (_data: { toString(): string }, _isBinary: boolean): void => {};
        const socket: HubSocket = {
          bufferedAmount: 0,
          send: () => {},
          ping: () => {},
          terminate: () => {},
          close: code => void events.push(code),
          on: (event, listener) => {
            if (event === 'message') say = listener as typeof say;
          },
        };
        hearMessages(socket, LinkUp, {
          message: message => void events.push(message.type),
          bad: () => void events.push('bad'),
        });
        say(Buffer.from(text), false);
        const fits = text === '{"type":"live-ended","patientId":"a"}';
        expect(events).toEqual(fits ? ['live-ended'] : ['bad', 4400]);

        // After the end nothing is heard any more.
        const count = events.length;
        say(Buffer.from(text), false);
        expect(events).toHaveLength(fits ? count + 1 : count);
      },
    ),
  );
});
