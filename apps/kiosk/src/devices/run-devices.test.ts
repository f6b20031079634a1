import { describe, expect, it } from 'vitest';
import { pino } from 'pino';
import { FromService, type Sample, type ServicePort, type WireError } from '@shimabashi/contracts';
import { driverOf, type SupervisorClock } from '@shimabashi/vitals-drivers';
import { replayTransport } from '@shimabashi/vitals-drivers/transports';
import { manualClock, PUFFERFISH_PACKET } from '@shimabashi/vitals-drivers/testing';
import { readAlarmConfig } from './alarm-config.ts';
import { readDevicesConfig } from './config.ts';
import { runDevices } from './run-devices.ts';

const START_MS = Date.UTC(2026, 10, 22);

/** The shell's end of the line, and a device's end of its own. */
function started() {
  const clock = manualClock(START_MS);
  const { transport, device } = replayTransport();
  const sent: FromService[] = [];
  const logged: string[] = [];
  let receive: (message: unknown) => void = () => {};
  const port: ServicePort = {
    send: message => {
      // What crosses a process must survive it.
      sent.push(FromService.parse(structuredClone(message)));
    },
    onMessage: listener => {
      receive = listener;
    },
  };
  const driver = driverOf('nonin-df2');
  if (driver === undefined) throw new Error('there is such a driver');
  const running = runDevices(
    port,
    { ...readDevicesConfig({}), alarms: readAlarmConfig({}) },
    {
      log: pino({ level: 'trace' }, { write: line => logged.push(line) }),
      clock: clock as SupervisorClock,
      monotonicMs: () => clock.nowMs(),
      devices: [{ deviceId: 'spo2-1', name: 'Nonin', driver, transport }],
    },
  );
  let lastId = 0;
  const ask = async (row: string, body: unknown): Promise<unknown> => {
    lastId += 1;
    const id = lastId;
    receive({ type: 'request', id, row, body });
    await clock.settle();
    const reply = sent.find(message => message.type === 'reply' && message.id === id);
    return reply?.type === 'reply' ? reply.result : undefined;
  };
  const events = () => sent.flatMap(message => (message.type === 'event' ? [message.event] : []));
  return { clock, device, sent, logged, running, ask, events, receive: (raw: unknown) => receive(raw) };
}

describe('the devices service', () => {
  it('is ready, then tells what the device does and measures', async () => {
    const { clock, device, sent, events } = started();
    await clock.settle();
    device.send(PUFFERFISH_PACKET);
    await clock.settle();
    expect(sent[0]).toEqual({ type: 'ready' });
    expect(events().map(event => (event.event === 'device' ? event.device.state : event.event))).toEqual([
      'connecting',
      'negotiating',
      'connected',
      'samples',
      'waveform',
    ]);
  });

  it('answers its rows: devices, and the newest numbers of those that are connected', async () => {
    const { clock, device, ask } = started();
    await clock.settle();
    device.send(PUFFERFISH_PACKET, PUFFERFISH_PACKET);
    await clock.settle();
    expect(await ask('devices.list', {})).toMatchObject({
      ok: true,
      body: { devices: [{ deviceId: 'spo2-1', state: 'connected' }] },
    });
    const latest = (await ask('vitals.latest', {})) as { body: { samples: Sample[] } };
    expect(latest.body.samples.map(({ parameter, sequence }) => [parameter, sequence])).toEqual([
      ['pulse-rate', 2],
      ['SpO2', 3],
    ]);
  });

  it('withdraws the numbers of a device that fell silent', async () => {
    const { clock, device, ask, events } = started();
    await clock.settle();
    device.send(PUFFERFISH_PACKET);
    await clock.pass(3_000);
    expect(await ask('vitals.latest', {})).toEqual({ ok: true, body: { samples: [] } });
    expect(events().at(-1)).toMatchObject({ event: 'device', device: { state: 'connecting' } });
  });

  it.each([
    ['patients.get', {}, 'UNKNOWN_ROW'],
    ['toString', {}, 'UNKNOWN_ROW'],
    ['vitals.latest', { patientId: 'x' }, 'BAD_REQUEST'],
  ])('refuses %s with %j', async (row, body, code) => {
    const { clock, ask } = started();
    await clock.settle();
    const result = (await ask(row, body)) as { ok: boolean; error: WireError };
    expect(result).toMatchObject({ ok: false, error: { code } });
  });

  it('leaves alone what is no message, and logs no content of it', async () => {
    const { clock, receive, ask, logged } = started();
    for (const raw of [null, 'x', { type: 'secret-name' }, { type: 'request', id: -1 }]) receive(raw);
    await clock.settle();
    expect(await ask('devices.list', {})).toMatchObject({ ok: true });
    expect(logged.join('')).toContain('does not fit');
    expect(logged.join('')).not.toContain('secret-name');
  });

  it('logs no value', async () => {
    const { clock, device, logged } = started();
    await clock.settle();
    device.send(PUFFERFISH_PACKET);
    await clock.settle();
    expect(logged.join('')).not.toMatch(/0181|"value"|measured/);
  });

  it('ends cleanly when it is told to stop', async () => {
    const { clock, device, receive, running } = started();
    await clock.settle();
    receive({ type: 'stop' });
    await expect(running.ended).resolves.toBeUndefined();
    expect(device.openLines).toBe(0);
  });
});
