import { expect, it } from 'vitest';
import { screenPolicy } from './screen-policy.ts';

const connectOf = (hubUrl: string | undefined) => /connect-src ([^;]*);/.exec(screenPolicy(hubUrl))?.[1];

it.each([
  [undefined, "'self'"],
  ['https://hub.example/some/path', "'self' wss://hub.example"],
  ['http://127.0.0.1:47080', "'self' ws://127.0.0.1:47080"],
  ['nonsense', "'self'"],
  ["data:text/html,'; script-src *", "'self'"],
])('lets the screens of a kiosk with the hub %s connect to %s', (hubUrl, allowed) => {
  expect(connectOf(hubUrl)).toBe(allowed);
});
