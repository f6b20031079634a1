import { describe, expect, it } from 'vitest';
import { AttemptLimiter } from './attempts.ts';
import { CHALLENGE_MS, Challenges } from './challenges.ts';
import { hashSecret, verifySecret } from './secrets.ts';

const CHEAP = { cost: 16, blockSize: 1, parallelization: 1 };

describe('secrets', () => {
  it('knows the secret again, and only it', async () => {
    const hash = await hashSecret('umi no mieru machi', CHEAP);
    expect(hash).toMatch(/^scrypt\$16\$1\$1\$[\w-]{22}\$[\w-]{43}$/);
    await expect(verifySecret('umi no mieru machi', hash)).resolves.toBe(true);
    await expect(verifySecret('umi no mieru mach', hash)).resolves.toBe(false);
  });

  it('salts: the same secret twice gives two hashes', async () => {
    expect(await hashSecret('4711', CHEAP)).not.toBe(await hashSecret('4711', CHEAP));
  });

  it('takes the same characters composed otherwise', async () => {
    const hash = await hashSecret('が', CHEAP);
    await expect(verifySecret('か\u3099', hash)).resolves.toBe(true);
  });
});

describe('AttemptLimiter', () => {
  function limiterAt(clock: { nowMs: number }, keysMax = 100) {
    return new AttemptLimiter({
      limit: { attempts: 2, withinMs: 1_000 },
      nowMs: () => clock.nowMs,
      keysMax,
    });
  }
  const tooMany = expect.objectContaining({ code: 'TOO_MANY_ATTEMPTS' });

  it('refuses after too many, for its time, and per key', () => {
    const clock = { nowMs: 0 };
    const limiter = limiterAt(clock);
    limiter.begin('a');
    limiter.begin('a');
    expect(() => limiter.begin('a')).toThrow(tooMany);
    expect(() => limiter.begin('b')).not.toThrow();
    clock.nowMs = 1_000;
    expect(() => limiter.begin('a')).not.toThrow();
  });

  it('counts those under way, and takes back what succeeded', () => {
    const limiter = limiterAt({ nowMs: 0 });
    const takeBack = limiter.begin('a');
    limiter.begin('a');
    expect(() => limiter.begin('a')).toThrow(tooMany);
    takeBack();
    expect(() => limiter.begin('a')).not.toThrow();
  });

  it('forgets the key that was not used for longest when it is full', () => {
    const limiter = limiterAt({ nowMs: 0 }, 2);
    limiter.begin('a');
    limiter.begin('a');
    limiter.begin('b');
    limiter.begin('c');
    expect(() => limiter.begin('a')).not.toThrow();
  });
});

describe('Challenges', () => {
  it('are open for their kiosk, once and for a minute', () => {
    const clock = { nowMs: 1_000 };
    const challenges = new Challenges(() => clock.nowMs);
    const challenge = challenges.issue('kiosk-1');
    expect(challenges.isOpen('kiosk-1', challenge)).toBe(true);
    expect(challenges.isOpen('kiosk-2', challenge)).toBe(false);
    challenges.use(challenge);
    expect(challenges.isOpen('kiosk-1', challenge)).toBe(false);

    const late = challenges.issue('kiosk-1');
    clock.nowMs += CHALLENGE_MS;
    expect(challenges.isOpen('kiosk-1', late)).toBe(false);
  });

  it('cannot be made or prolonged by anybody else', () => {
    const challenges = new Challenges(() => 0);
    const others = new Challenges(() => 0);
    const challenge = challenges.issue('kiosk-1');
    const [random, , mark] = challenge.split('.');
    for (const forged of [others.issue('kiosk-1'), `${random}.99999999.${mark}`, '', '.', 'x'.repeat(40)]) {
      expect(challenges.isOpen('kiosk-1', forged)).toBe(false);
    }
  });
});
