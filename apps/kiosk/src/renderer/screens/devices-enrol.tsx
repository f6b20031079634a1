import { Trans, useLingui } from '@lingui/react/macro';
import {
  type DeviceStatus,
  type DeviceTrial,
  type DeviceWay,
  type FoundDevice,
  type IdentityProof,
  type Sample,
} from '@shimabashi/contracts';
import { Button, formatMoment, formatReading, localeOf, parameterLabel } from '@shimabashi/ui';
import { type ReactNode, useState } from 'react';
import { Button as AriaButton } from 'react-aria-components';
import { BackButton } from '../parts/back-button.tsx';
import { Band } from '../parts/band.tsx';
import { useDeviceKind } from '../parts/device-kind.tsx';
import { Header } from '../parts/header.tsx';
import { Paged } from '../parts/paged.tsx';
import { Problem } from '../parts/problem.tsx';
import { useDeed } from '../state/use-deed.ts';
import { useDeviceSearch } from '../state/use-device-search.ts';
import { useKiosk } from '../state/use-kiosk.ts';
import { useTime } from '../state/use-time.ts';
import { DeviceName } from './devices-name.tsx';
import styles from './devices.module.css';

const ROW_PX = 112;

/** What a nurse has made sure of: this device, by this. */
export interface Proven {
  readonly found: FoundDevice;
  readonly trial: DeviceTrial;
  readonly proof: IdentityProof;
}

/** Looks for a device, tries it, makes sure that it is the one in the hand, and gives it a name. */
export function DevicesEnrol({
  onBack,
  onEnrolled,
}: {
  readonly onBack: () => void;
  readonly onEnrolled: (device: DeviceStatus) => void;
}) {
  const { nowMs } = useTime();
  const { api } = useKiosk();
  const { search, error } = useDeviceSearch();
  const trying = useDeed();
  const problem = error ?? trying.error;
  const [proven, setProven] = useState<Proven | null>(null);
  const trial = search?.trial ?? null;
  const tried = search?.found.find(({ foundId }) => foundId === trial?.foundId);
  return (
    <>
      <Header nowMs={nowMs} />
      <Band nowMs={nowMs} kinds={['door', 'store', 'devices']} />
      {proven === null ? (
        <div className={styles.columns} data-wide>
          <main className={styles.list}>
            <SearchHead onBack={onBack} />
            {problem === null ? null : <Problem error={problem} />}
            <Unavailable ways={search?.unavailable ?? []} />
            {search !== null && search.found.length === 0 ? (
              <p className={styles.hint} data-found="none">
                <Trans>まだ見つかりません。さがしています。</Trans>
              </p>
            ) : null}
            <Paged
              items={search?.found ?? []}
              keyOf={({ foundId }) => foundId}
              rowPx={ROW_PX}
              render={found => (
                <FoundRow
                  found={found}
                  isTried={found.foundId === trial?.foundId}
                  onTry={() =>
                    trying.run(
                      () => api['devices.try']({ foundId: found.foundId }),
                      () => {}, // The search, which is asked again and again, tells of the trial.
                    )
                  }
                />
              )}
            />
          </main>
          <aside className={styles.test} aria-live="polite">
            {trial === null || tried === undefined ? (
              <p className={styles.hint}>
                <Trans>
                  「ためす」を押すと、その機器だけにつなぎます。ほかの人の機器は押さないでください。
                </Trans>
              </p>
            ) : (
              <TrialPane
                found={tried}
                trial={trial}
                nowMs={nowMs}
                onProven={proof => setProven({ found: tried, trial, proof })}
              />
            )}
          </aside>
        </div>
      ) : (
        <DeviceName proven={proven} onBack={() => setProven(null)} onEnrolled={onEnrolled} />
      )}
    </>
  );
}

function SearchHead({ onBack }: { readonly onBack: () => void }) {
  return (
    <>
      <div className={styles.head}>
        <BackButton onPress={onBack} />
        <h1>
          <Trans>機器をさがす</Trans>
        </h1>
      </div>
      <p className={styles.how}>
        <Trans>
          機器の電源を入れて、近くに置いてください。血圧計や体温計は、測るか通信のボタンを押すと見つかります。
        </Trans>
      </p>
    </>
  );
}

function Unavailable({ ways }: { readonly ways: readonly DeviceWay[] }) {
  const { t } = useLingui();
  const words: Readonly<Record<DeviceWay, string>> = {
    bluetooth: t`Bluetoothが使えません`,
    usb: t`USBの機器を調べられません`,
    serial: t`シリアルの線を調べられません`,
  };
  if (ways.length === 0) return null;
  return (
    <ul className={styles.unavailable}>
      {ways.map(way => (
        <li key={way}>{words[way]}</li>
      ))}
    </ul>
  );
}

function FoundRow(props: {
  readonly found: FoundDevice;
  readonly isTried: boolean;
  readonly onTry: () => void;
}) {
  const { t } = useLingui();
  const kindOf = useDeviceKind();
  const { found, isTried } = props;
  const { foundId, name, way, identity, protocols } = found;
  const ways: Readonly<Record<DeviceWay, string>> = { bluetooth: 'Bluetooth', usb: 'USB', serial: t`線` };
  return (
    <AriaButton
      className={styles.row ?? ''}
      aria-pressed={isTried}
      data-found={foundId}
      data-connected="true"
      data-wide
      onPress={props.onTry}
    >
      <span className={styles.name}>
        <b>{name ?? <Trans>名前のない機器</Trans>}</b>
        <small>{kindOf(protocols[0] ?? null) ?? <Trans>種類はためすと分かります</Trans>}</small>
      </span>
      <span className={styles.identity}>
        <small>{ways[way]}</small>
        <b>{lastPart(identity)}</b>
      </span>
      <span className={styles.go}>
        <Trans>ためす</Trans>
      </span>
    </AriaButton>
  );
}

/** Of a path only what differs. */
function lastPart(identity: string): string {
  return identity.slice(identity.lastIndexOf('/') + 1);
}

function TrialPane({
  found,
  trial,
  nowMs,
  onProven,
}: {
  readonly found: FoundDevice;
  readonly trial: DeviceTrial;
  readonly nowMs: number;
  readonly onProven: (proof: IdentityProof) => void;
}) {
  const { facts, samples } = trial;
  const serialNumber = facts?.serialNumber ?? null;
  const measured = samples.filter(({ measured: { status } }) => status === 'measured');
  const newest = measured.toSorted((one, other) => timeOf(other) - timeOf(one))[0];
  const made = [facts?.manufacturer, facts?.model].filter(text => text !== null && text !== undefined);
  return (
    <>
      <h2>{found.name ?? lastPart(found.identity)}</h2>
      <p data-trial={trial.state}>
        <TrialWords state={trial.state} hasNumbers={newest !== undefined} />
      </p>
      <dl className={styles.spots}>
        <Line name={<Trans>機種</Trans>}>{made.join(' ')}</Line>
        <Line name={<Trans>製造番号</Trans>}>{serialNumber}</Line>
        {measured.map(sample => (
          <Measured key={sample.parameter} sample={sample} nowMs={nowMs} />
        ))}
      </dl>
      {serialNumber === null && newest === undefined ? null : (
        <div className={styles.proofs}>
          <p>
            <Trans>手に持っている機器ですか。見くらべてください。</Trans>
          </p>
          {serialNumber === null ? null : (
            <Button kind="outline" wide onPress={() => onProven({ kind: 'serial-number', serialNumber })}>
              <Trans>機器に同じ製造番号がある</Trans>
            </Button>
          )}
          {newest === undefined ? null : (
            <Button
              kind="outline"
              wide
              onPress={() => onProven({ kind: 'measurement', sampleId: newest.sampleId })}
            >
              <Trans>機器の画面と同じ値</Trans>
            </Button>
          )}
        </div>
      )}
    </>
  );
}

function timeOf({ measuredAtMs, receivedAtMs }: Sample): number {
  return measuredAtMs ?? receivedAtMs;
}

function TrialWords({ state, hasNumbers }: { state: DeviceTrial['state']; hasNumbers: boolean }): ReactNode {
  if (hasNumbers) return <Trans>値が届いています。ためしの値は記録には残りません。</Trans>;
  switch (state) {
    case 'detecting':
      return <Trans>何の機器か調べています。1分ほどかかることがあります。</Trans>;
    case 'failed':
      return <Trans>読める機器ではありませんでした。線と電源を見て、もう一度ためしてください。</Trans>;
    case 'initial':
    case 'connecting':
      return <Trans>つないでいます。切れたら、もう一度測るか通信のボタンを押してください。</Trans>;
    case 'negotiating':
    case 'connected':
      return <Trans>つながりました。測ると、ここに値が出ます。</Trans>;
  }
}

function Measured({ sample, nowMs }: { readonly sample: Sample; readonly nowMs: number }) {
  const { i18n } = useLingui();
  const { parameter, measured } = sample;
  if (measured.status !== 'measured') return null;
  return (
    <div data-spot={parameter}>
      <dt>{parameterLabel(i18n, parameter)}</dt>
      <dd>
        <b>{formatReading(i18n, parameter, measured.value)}</b>{' '}
        {formatMoment(timeOf(sample), nowMs, localeOf(i18n))}
      </dd>
    </div>
  );
}

function Line({ name, children }: { readonly name: ReactNode; readonly children: string | null }) {
  if (children === null || children === '') return null;
  return (
    <div>
      <dt>{name}</dt>
      <dd>{children}</dd>
    </div>
  );
}
