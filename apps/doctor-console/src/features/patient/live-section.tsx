import { Trans, useLingui } from '@lingui/react/macro';
import { type Parameter } from '@shimabashi/contracts';
import { type VitalInput, VitalTile } from '@shimabashi/ui';
import { useSyncExternalStore } from 'react';
import { useConsole } from '../../console.ts';
import { type LiveReading, readingOf } from '../live/live-values.ts';
import styles from './patient.module.css';

/** Always there, with a word when there is no number; others appear when a device sends them. */
const ALWAYS: readonly Parameter[] = ['SpO2', 'pulse-rate'];

/** What the monitor on the island says now: each number with its age, quality and device. */
export function LiveSection({ nowMs }: { readonly nowMs: number }) {
  const { t } = useLingui();
  const { live, clock } = useConsole();
  const snapshot = useSyncExternalStore(live.subscribe, live.getSnapshot);
  const others = [...snapshot.readings.keys()].filter(parameter => !ALWAYS.includes(parameter));
  // A message may come between two ticks of the page's clock: its age counts from now.
  const tileNowMs = Math.max(nowMs, clock.hubNowMs());
  return (
    <section className={styles.live} aria-label={t`いまの値`}>
      <h2>
        <Trans>いまの値</Trans>{' '}
        <small>
          <Trans>島のモニタから</Trans>
        </small>
      </h2>
      <div className={styles.tiles}>
        {[...ALWAYS, ...others].map(parameter => {
          const reading = readingOf(snapshot, parameter);
          return (
            <VitalTile
              key={parameter}
              parameter={parameter}
              source={sourceOf(reading)}
              nowMs={tileNowMs}
              {...vitalInput(reading, tileNowMs)}
            />
          );
        })}
      </div>
    </section>
  );
}

function sourceOf(reading: LiveReading): string | undefined {
  if (reading.state !== 'live' && reading.state !== 'absent') return undefined;
  // A kiosk of an earlier release sends no name.
  return reading.sample.deviceName ?? reading.sample.deviceId;
}

/** Older than anything: the tile says 古い, whatever its own clock thinks. */
const LONG_AGO_MS = Number.NEGATIVE_INFINITY;

/** Our reading in the words of the tile, which decides nothing anew. */
function vitalInput(reading: LiveReading, nowMs: number): Omit<VitalInput, 'nowMs'> {
  switch (reading.state) {
    case 'waiting':
      return { reading: undefined };
    case 'live':
    case 'absent': {
      const { measured, quality } = reading.sample;
      return { reading: { measured, quality, receivedAtMs: nowMs - reading.ageMs } };
    }
    case 'stale':
      return {
        reading: {
          measured: { status: 'absent', reason: 'not-available' },
          quality: [],
          receivedAtMs: LONG_AGO_MS,
        },
        lastValue: pastValue(reading.last),
      };
    case 'ended':
    case 'unreachable':
      return { reading: undefined, goneSinceMs: reading.sinceMs, lastValue: pastValue(reading.last) };
  }
}

function pastValue(last: { readonly value: number; readonly atHubMs: number } | null) {
  return last === null ? undefined : { value: last.value, atMs: last.atHubMs };
}
