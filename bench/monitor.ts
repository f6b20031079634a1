import { startSimulator } from '@shimabashi/vitals-drivers/simulator';

/** The monitor of `path`, in a process of its own: tells its parent when it wrote which value. */
const simulator = await startSimulator({
  protocol: 'nonin-df2',
  scenario: 'ramp',
  seed: 1,
  to: { kind: 'tcp', port: 0 },
  onFrameWritten: ({ atMs, completed }) => {
    for (const { parameter, value } of completed) process.send?.({ type: 'written', parameter, value, atMs });
  },
});
process.send?.({ type: 'ready', port: simulator.port });
process.on('disconnect', () => process.exit(0));
