import { HubClock } from '@shimabashi/contracts';
import { FakeClocks } from '@shimabashi/contracts/testing';
import { describe, expect, it, vi } from 'vitest';
import { DOCTOR } from '../testing/chart.ts';
import { createHubApi } from './hub-api.ts';

function apiOn(answer: () => Promise<Response>) {
  const clocks = new FakeClocks();
  const clock = new HubClock(clocks);
  const fetched = vi.fn<typeof fetch>(answer);
  return { api: createHubApi({ fetch: fetched, clock }), fetched, clock, clocks };
}
const json =
  (body: unknown, status = 200) =>
  async () =>
    Response.json(body, { status });

describe('a question to the hub', () => {
  it('goes to the row by POST and gives the checked body', async () => {
    const { api, fetched } = apiOn(json({ ok: true, body: { staff: DOCTOR, hubTimeMs: 5 } }));
    await expect(api('session.current', {})).resolves.toEqual({ staff: DOCTOR, hubTimeMs: 5 });
    const [url, init] = fetched.mock.calls[0] ?? [];
    expect(url).toBe('/api/session.current');
    expect(init).toMatchObject({ method: 'POST', credentials: 'same-origin', body: '{}' });
  });

  it('learns the time of the hub on the way', async () => {
    const { api, clock, clocks } = apiOn(
      json({ ok: true, body: { staff: DOCTOR, hubTimeMs: 1_795_000_009_000 } }),
    );
    await api('session.current', {});
    expect(clock.hubNowMs() - clocks.wallMs()).toBe(9_000);
  });

  it('throws the hub’s own failure by its code', async () => {
    const error = { code: 'SIGN_IN_REQUIRED', message: 'Sign in first.', retryable: false, details: {} };
    const { api } = apiOn(json({ ok: false, error }, 401));
    await expect(api('session.current', {})).rejects.toMatchObject({ code: 'SIGN_IN_REQUIRED' });
  });

  it.each([
    ['a page instead of JSON', async () => new Response('<html>Log in to the Wi-Fi</html>')],
    ['JSON that is no answer', json({ hello: 'world' })],
    ['no line', () => Promise.reject(new TypeError('Failed to fetch'))],
  ])('says LINK_DOWN on %s', async (_, answer) => {
    const { api } = apiOn(answer);
    await expect(api('session.current', {})).rejects.toMatchObject({ code: 'LINK_DOWN' });
  });

  it('refuses an answer that does not fit the contract', async () => {
    const { api } = apiOn(json({ ok: true, body: { staff: { name: 'no id' }, hubTimeMs: 5 } }));
    await expect(api('session.current', {})).rejects.toMatchObject({ code: 'INTERNAL' });
  });

  it('passes on that its caller does not want the answer any more', async () => {
    const gone = new AbortController();
    const { api } = apiOn(async () => {
      gone.abort();
      throw gone.signal.reason;
    });
    await expect(api('session.current', {}, gone.signal)).rejects.toMatchObject({ name: 'AbortError' });
  });
});
