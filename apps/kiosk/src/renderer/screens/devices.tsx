import { Trans, useLingui } from '@lingui/react/macro';
import { type DeviceStatus, type Sample } from '@shimabashi/contracts';
import {
  Button,
  errorWords,
  formatAge,
  formatDuration,
  formatMoment,
  formatReading,
  Icon,
  localeOf,
  parameterLabel,
  StateMark,
  VitalTile,
} from '@shimabashi/ui';
import { type ReactNode, useEffect, useState } from 'react';
import { Button as AriaButton } from 'react-aria-components';
import { BackButton } from '../parts/back-button.tsx';
import { Band } from '../parts/band.tsx';
import { Header } from '../parts/header.tsx';
import { Paged } from '../parts/paged.tsx';
import { Pleth } from '../parts/pleth.tsx';
import { clocksAgree, type DeviceFacts, deviceFacts } from '../state/device-facts.ts';
import { useKiosk, useSnapshot } from '../state/use-kiosk.ts';
import { useTime } from '../state/use-time.ts';
import { DeviceRemoval } from './devices-removal.tsx';
import { DevicesEnrol } from './devices-enrol.tsx';
import styles from './devices.module.css';

const ROW_PX = 112;
/** A number of the test stands as present for less than this is long (see `STREAM_STALE_AFTER_MS`). */
const ASK_EVERY_MS = 500;

/** What is connected, what it said last, and whether it works: before a patient sits there. */
export function Devices({ onBack }: { readonly onBack: () => void }) {
  const { nowMs } = useTime();
  const { devices, services } = useSnapshot();
  const samples = useLatestSamples();
  const [tested, setTested] = useState<string | null>(null);
  const [isAdding, setIsAdding] = useState(false);
  const all = [...devices.values()];
  const serviceUp = services.devices?.state === 'up';
  const count = all.length;
  const well = all.filter(
    ({ state, gives }) => (state === 'connected' || gives === 'spot') && serviceUp,
  ).length;
  const device = tested === null ? undefined : devices.get(tested);
  if (isAdding) {
    const onEnrolled = ({ deviceId }: DeviceStatus) => {
      setTested(deviceId);
      setIsAdding(false);
    };
    return <DevicesEnrol onBack={() => setIsAdding(false)} onEnrolled={onEnrolled} />;
  }
  return (
    <>
      <Header nowMs={nowMs} />
      <Band nowMs={nowMs} kinds={['door', 'store', 'devices']} />
      <div className={styles.columns}>
        <main className={styles.list}>
          <Head count={count} well={well} onBack={onBack} onAdd={() => setIsAdding(true)} />
          {count === 0 ? (
            <p className={styles.empty}>
              <Trans>機器は、まだ登録されていません。「機器をふやす」で登録してください。</Trans>
            </p>
          ) : null}
          <Paged
            items={all}
            keyOf={each => each.deviceId}
            rowPx={ROW_PX}
            render={each => (
              <DeviceRow
                device={each}
                facts={deviceFacts(each, samples)}
                serviceUp={serviceUp}
                isTested={each.deviceId === tested}
                nowMs={nowMs}
                onTest={() => setTested(each.deviceId)}
              />
            )}
          />
        </main>
        <aside className={styles.test} aria-live="polite">
          {device === undefined ? (
            <p className={styles.hint}>
              <Trans>「ためす」を押すと、その機器の値がここに出ます。記録には残りません。</Trans>
            </p>
          ) : (
            <Test
              key={device.deviceId}
              device={device}
              facts={deviceFacts(device, samples)}
              nowMs={nowMs}
              onEnd={() => setTested(null)}
            />
          )}
        </aside>
      </div>
    </>
  );
}

function Head(props: {
  readonly count: number;
  readonly well: number;
  readonly onBack: () => void;
  readonly onAdd: () => void;
}) {
  const { count, well } = props;
  return (
    <div className={styles.head}>
      <BackButton onPress={props.onBack} />
      <h1>
        <Trans>機器</Trans>
      </h1>
      <span>
        <Trans>
          {count}台　{well}台は正常
        </Trans>
      </span>
      <Button kind="outline" className={styles.add} onPress={props.onAdd}>
        <Icon name="search" />
        <Trans>機器をふやす</Trans>
      </Button>
    </div>
  );
}

function DeviceRow(props: {
  readonly device: DeviceStatus;
  readonly facts: DeviceFacts;
  readonly serviceUp: boolean;
  readonly isTested: boolean;
  readonly nowMs: number;
  readonly onTest: () => void;
}) {
  const { i18n } = useLingui();
  const { device, facts, serviceUp, isTested, nowMs } = props;
  const isConnected = device.state === 'connected' && serviceUp;
  // A cuff sleeps between two measurements: that is no fault.
  const isWaiting = device.gives === 'spot' && serviceUp;
  const since = formatMoment(device.sinceMs, nowMs, localeOf(i18n));
  return (
    <AriaButton
      className={styles.row ?? ''}
      aria-pressed={isTested}
      data-device={device.deviceId}
      data-connected={isConnected || isWaiting}
      onPress={props.onTest}
    >
      <span className={styles.name}>
        <b>{device.name}</b>
        <small>{device.protocol}</small>
      </span>
      <span>
        {isConnected ? (
          <StateMark shape="done">
            <Trans>つながっています</Trans>
          </StateMark>
        ) : isWaiting ? (
          <StateMark shape="todo">
            <Trans>測ると届きます</Trans>
          </StateMark>
        ) : (
          <StateMark shape="moved">
            <Trans>{since} から届きません</Trans>
          </StateMark>
        )}
      </span>
      <span className={styles.heard}>
        <b>
          {facts.lastHeardAtMs === null ? (
            <Trans>まだ届いていません</Trans>
          ) : (
            formatAge(i18n, facts.lastHeardAtMs, nowMs)
          )}
        </b>
        <small>
          <FactWords facts={facts} />
        </small>
      </span>
      <span className={styles.go}>
        <Trans>ためす</Trans>
      </span>
    </AriaButton>
  );
}

/** The one thing that matters most: a battery that ends, a clock that is wrong, what is left in the battery. */
function FactWords({ facts }: { readonly facts: DeviceFacts }) {
  const { battery, batteryLow, clockOffsetMs } = facts;
  if (batteryLow) return <Trans>電池が少ない</Trans>;
  const clockIsWell = clockOffsetMs === null || clocksAgree(clockOffsetMs);
  if (clockIsWell && battery !== null) return <Trans>電池 {battery}%</Trans>;
  return <ClockWords offsetMs={clockOffsetMs} />;
}

/** Single measurements with their time: a cuff has four numbers, and all of them are to fit. */
function SpotValues({ samples, nowMs }: { readonly samples: readonly Sample[]; readonly nowMs: number }) {
  const { i18n } = useLingui();
  return (
    <dl className={styles.spots}>
      {samples.map(({ sampleId, parameter, measured, measuredAtMs, receivedAtMs }) => (
        <div key={sampleId} data-spot={parameter}>
          <dt>{parameterLabel(i18n, parameter)}</dt>
          <dd>
            <b>{measured.status === 'measured' ? formatReading(i18n, parameter, measured.value) : '—'}</b>{' '}
            {formatMoment(measuredAtMs ?? receivedAtMs, nowMs, localeOf(i18n))}
          </dd>
        </div>
      ))}
    </dl>
  );
}

/** What it said of itself, line by line; what it did not say is left out. */
function FactList({
  device,
  facts,
  nowMs,
}: {
  readonly device: DeviceStatus;
  readonly facts: DeviceFacts;
  readonly nowMs: number;
}) {
  const { t, i18n } = useLingui();
  const { badFrames } = device;
  const { battery, lastHeardAtMs } = facts;
  const { manufacturer, model, serialNumber } = device.facts ?? {};
  const made = [manufacturer, model].filter(text => text !== null && text !== undefined).join(' ');
  return (
    <dl>
      <Fact name={t`機種`}>{made}</Fact>
      <Fact name={t`製造番号`}>{serialNumber}</Fact>
      <Fact name={t`電池`}>{battery === null ? null : `${battery}%`}</Fact>
      <Fact name={t`時計`}>
        <ClockWords offsetMs={facts.clockOffsetMs} />
      </Fact>
      <Fact name={t`最後に届いた時`}>
        {lastHeardAtMs === null ? null : formatAge(i18n, lastHeardAtMs, nowMs)}
      </Fact>
      <Fact name={t`こわれて届いた値`}>
        <Trans>{badFrames}件</Trans>
      </Fact>
    </dl>
  );
}

function Fact({ name, children }: { readonly name: string; readonly children: ReactNode }) {
  if (children === null || children === undefined || children === '') return null;
  return (
    <div>
      <dt>{name}</dt>
      <dd>{children}</dd>
    </div>
  );
}

function ClockWords({ offsetMs }: { readonly offsetMs: number | null }) {
  const { i18n } = useLingui();
  if (offsetMs === null) return <Trans>時計なし</Trans>;
  if (clocksAgree(offsetMs)) return <Trans>時計 一致</Trans>;
  const by = formatDuration(i18n, Math.abs(offsetMs));
  return offsetMs > 0 ? <Trans>時計 {by} 進み</Trans> : <Trans>時計 {by} 遅れ</Trans>;
}

function Test({
  device,
  facts,
  nowMs,
  onEnd,
}: {
  readonly device: DeviceStatus;
  readonly facts: DeviceFacts;
  readonly nowMs: number;
  readonly onEnd: () => void;
}) {
  const [isLettingGo, setIsLettingGo] = useState(false);
  const { i18n } = useLingui();
  const isConnected = device.state === 'connected';
  const isWaiting = device.gives === 'spot';
  return (
    <>
      <h2>{device.name}</h2>
      <p>
        <Trans>ためし測定中。記録には残りません。</Trans>
      </p>
      {isWaiting ? null : (
        <div className={styles.pleth}>
          <Pleth running={isConnected && facts.samples.some(({ parameter }) => parameter === 'SpO2')} />
        </div>
      )}
      {facts.samples.length === 0 ? (
        <p className={styles.hint}>
          {isConnected || isWaiting ? (
            <Trans>測ると、ここに出ます</Trans>
          ) : (
            errorWords(i18n, 'DEVICE_LOST').toDo
          )}
        </p>
      ) : null}
      {isWaiting ? <SpotValues samples={facts.samples} nowMs={nowMs} /> : null}
      {(isWaiting ? [] : facts.samples).map(
        ({ parameter, measured, quality, receivedAtMs, measuredAtMs }) => (
          <VitalTile
            key={parameter}
            parameter={parameter}
            reading={{ measured, quality, receivedAtMs, measuredAtMs }}
            lastValue={undefined}
            goneSinceMs={null}
            nowMs={nowMs}
          />
        ),
      )}
      {isLettingGo ? (
        <DeviceRemoval device={device} onRemoved={onEnd} onKept={() => setIsLettingGo(false)} />
      ) : (
        <>
          <FactList device={device} facts={facts} nowMs={nowMs} />
          {device.enrolledHere === true ? (
            <Button kind="quiet" onPress={() => setIsLettingGo(true)}>
              <Trans>登録をはずす</Trans>
            </Button>
          ) : null}
          <Button kind="primary" wide className={styles.end} onPress={onEnd}>
            <Icon name="check" />
            <Trans>ためしを終わる</Trans>
          </Button>
        </>
      )}
    </>
  );
}

/** The newest samples of all devices, asked again and again while the page is open. */
function useLatestSamples(): readonly Sample[] {
  const { api } = useKiosk();
  const [samples, setSamples] = useState<readonly Sample[]>([]);
  useEffect(() => {
    const ended = new AbortController();
    const ask = () =>
      void api['vitals.latest']({}).then(result => {
        // Without an answer nothing is known: no number stays.
        if (!ended.signal.aborted) setSamples(result.ok ? result.body.samples : []);
      });
    ask();
    const timer = setInterval(ask, ASK_EVERY_MS);
    return () => {
      ended.abort();
      clearInterval(timer);
    };
  }, [api]);
  return samples;
}
