import { Trans, useLingui } from '@lingui/react/macro';
import { type DeviceStatus, type SyncStatus } from '@shimabashi/contracts';
import {
  BridgeDrawing,
  BridgeMark,
  Button,
  Digits,
  errorWords,
  formatClock,
  formatMoment,
  Icon,
  localeOf,
  StateMark,
} from '@shimabashi/ui';
import { CallDoctor } from '../call/call-doctor.tsx';
import { telephoneLabel } from '../state/names.ts';
import { slowness } from '../state/parked.ts';
import { bridgeOf, waitingInAll } from '../state/today.ts';
import { useSnapshot } from '../state/use-kiosk.ts';
import { WaitingCounts, WaitingWords } from './waiting.tsx';
import styles from './home-aside.module.css';

/** Whom to telephone, what is connected, what has reached the hospital. */
export function HomeAside({
  nowMs,
  onDevices,
  onOutbox,
}: {
  readonly nowMs: number;
  readonly onDevices: () => void;
  /** What waits, and what the hospital did not take. */
  readonly onOutbox: () => void;
}) {
  const { alarms } = useSnapshot();
  return (
    <aside className={styles.aside}>
      <Duty />
      <Telephones />
      {/* An alarm takes their room: whom to call stays. */}
      {alarms.length > 0 ? null : (
        <>
          <Machines nowMs={nowMs} onDevices={onDevices} />
          <Sync nowMs={nowMs} onOutbox={onOutbox} />
        </>
      )}
    </aside>
  );
}

function Duty() {
  return (
    <section>
      <h2>
        <Trans>当番の先生</Trans>
      </h2>
      <CallDoctor />
    </section>
  );
}

function Telephones() {
  const { i18n } = useLingui();
  const { clinic } = useSnapshot();
  // There is room for one: the band has the other when it is needed, 緊急 has them all.
  const first = clinic?.telephones[0];
  return (
    <section>
      <h2>
        <Trans>電話</Trans>
        <Icon name="phone" />
      </h2>
      {first === undefined ? (
        <p>
          <Trans>電話番号は、まだ登録されていません</Trans>
        </p>
      ) : (
        <>
          <p>{telephoneLabel(first, localeOf(i18n))}</p>
          <b className={styles.number}>
            <Digits>{first.number}</Digits>
          </b>
        </>
      )}
    </section>
  );
}

function Machines({ nowMs, onDevices }: { readonly nowMs: number; readonly onDevices: () => void }) {
  const { devices, services } = useSnapshot();
  const storeUp = services.store?.state === 'up';
  const devicesUp = services.devices?.state === 'up';
  return (
    <section>
      <h2>
        <Trans>機器</Trans>
        <Button kind="quiet" className={styles.look} onPress={onDevices}>
          <Trans>見る・ためす</Trans>
        </Button>
      </h2>
      <ul className={styles.machines}>
        {[...devices.values()].map(device => (
          <li key={device.deviceId}>
            <DeviceLine device={device} serviceUp={devicesUp} nowMs={nowMs} />
          </li>
        ))}
        {devices.size === 0 ? (
          <li>
            <StateMark shape="todo">
              <Trans>機器は、まだ登録されていません</Trans>
            </StateMark>
          </li>
        ) : null}
        {storeUp && devicesUp ? null : (
          <li>
            <StateMark shape="moved">
              <Trans>この端末を起動し直しています</Trans>
            </StateMark>
          </li>
        )}
      </ul>
    </section>
  );
}

function DeviceLine({
  device,
  serviceUp,
  nowMs,
}: {
  readonly device: DeviceStatus;
  readonly serviceUp: boolean;
  readonly nowMs: number;
}) {
  const { i18n } = useLingui();
  if (device.state === 'connected' && serviceUp) {
    return (
      <StateMark shape="done" note={<Trans>つながっています</Trans>}>
        {device.name}
      </StateMark>
    );
  }
  // A cuff sleeps between two measurements: that is no fault.
  if (device.gives === 'spot' && serviceUp) {
    return (
      <StateMark shape="todo" note={<Trans>測ると届きます</Trans>}>
        {device.name}
      </StateMark>
    );
  }
  // A cuff sleeps between two measurements: that is no fault.
  if (device.gives === 'spot' && serviceUp) {
    return (
      <StateMark shape="todo" note={<Trans>測ると届きます</Trans>}>
        {device.name}
      </StateMark>
    );
  }
  const since = formatMoment(device.sinceMs, nowMs, localeOf(i18n));
  return (
    <StateMark
      shape="moved"
      note={
        <Trans>
          {since} から届きません。{errorWords(i18n, 'DEVICE_LOST').toDo}
        </Trans>
      }
    >
      {device.name}
    </StateMark>
  );
}

function Sync({ nowMs, onOutbox }: { readonly nowMs: number; readonly onOutbox: () => void }) {
  const { sync } = useSnapshot();
  if (sync === undefined) return null;
  // Before all else: somebody has to write again what is gone.
  if (sync.isRescued === true) return <RescuedLine onOutbox={onOutbox} />;
  if (sync.link === 'down') return <Waiting sync={sync} nowMs={nowMs} />;
  const isAllSent = waitingInAll(sync) === 0 && sync.parked === 0;
  if (isAllSent && sync.progress !== undefined) return <Receiving progress={sync.progress} />;
  return isAllSent ? (
    <AllDelivered sync={sync} nowMs={nowMs} />
  ) : (
    <OnTheWay sync={sync} nowMs={nowMs} onOutbox={onOutbox} />
  );
}

/** The file of the chart was damaged: what that cost is behind this. */
function RescuedLine({ onOutbox }: { readonly onOutbox: () => void }) {
  return (
    <section className={styles.onTheWay}>
      <Button kind="outline" wide className={styles.waitingButton} onPress={onOutbox}>
        <BridgeMark state="parked">
          <Trans>記録を作り直しました。見る</Trans>
        </BridgeMark>
      </Button>
    </section>
  );
}

/** A kiosk that is new, or was dark for weeks: how far it is. */
function Receiving({ progress }: { readonly progress: NonNullable<SyncStatus['progress']> }) {
  const { i18n } = useLingui();
  const done = i18n.number(progress.done);
  const total = i18n.number(progress.total);
  return (
    <section className={styles.delivered} data-receiving>
      <BridgeDrawing state="here" />
      <div>
        <b>
          <Trans>
            病院から受け取り中 {done} / {total}件
          </Trans>
        </b>
        <span>
          <Trans>きょうの患者は先に届きます</Trans>
        </span>
      </div>
    </section>
  );
}

/** How much waits, what does not move, what cannot be sent: one line, and behind it all of it. */
function OnTheWay({
  sync,
  nowMs,
  onOutbox,
}: {
  readonly sync: SyncStatus;
  readonly nowMs: number;
  readonly onOutbox: () => void;
}) {
  const all = waitingInAll(sync);
  const { parked } = sync;
  const slow = slowness(sync, nowMs);
  return (
    <section className={styles.onTheWay} data-waiting={all} data-parked-count={parked}>
      <Button kind="outline" wide className={styles.waitingButton} onPress={onOutbox}>
        <BridgeMark state={bridgeOf(sync)}>
          {parked > 0 ? (
            <Trans>
              送れない {parked}件・送る待ち {all}件
            </Trans>
          ) : slow === undefined ? (
            <Trans>送る待ち {all}件</Trans>
          ) : (
            <Trans>送る待ち {all}件・進んでいません</Trans>
          )}
        </BridgeMark>
      </Button>
    </section>
  );
}

function AllDelivered({ sync, nowMs }: { readonly sync: SyncStatus; readonly nowMs: number }) {
  const { i18n } = useLingui();
  const last =
    sync.lastConfirmedAtMs === null ? null : formatMoment(sync.lastConfirmedAtMs, nowMs, localeOf(i18n));
  return (
    <section className={styles.delivered}>
      <BridgeDrawing state="there" />
      <div>
        <b>
          <Trans>すべて病院に届いています</Trans>
        </b>
        <span>{last === null ? <Trans>送る待ち 0件</Trans> : <Trans>最後 {last}　送る待ち 0件</Trans>}</span>
      </div>
    </section>
  );
}

function Waiting({ sync, nowMs }: { readonly sync: SyncStatus; readonly nowMs: number }) {
  const { i18n } = useLingui();
  const parked = sync.parked;
  const asOf = sync.lastPulledAtMs === null ? null : formatClock(sync.lastPulledAtMs);
  return (
    <section className={styles.waiting}>
      <h2>
        <Trans>保存ずみ・送る待ち</Trans>
        <BridgeDrawing state={bridgeOf(sync)} />
      </h2>
      <WaitingCounts sync={sync} />
      {parked > 0 ? (
        <p className={styles.parked}>
          <Trans>送れない記録が {parked}件</Trans>
        </p>
      ) : (
        <WaitingWords sync={sync} nowMs={nowMs} />
      )}
      <p>
        {asOf === null ? (
          <Trans>病院からの情報は、まだ届いていません</Trans>
        ) : (
          <Trans>
            病院からの情報は {formatMoment(sync.lastPulledAtMs ?? nowMs, nowMs, localeOf(i18n))} 時点
          </Trans>
        )}
      </p>
    </section>
  );
}
