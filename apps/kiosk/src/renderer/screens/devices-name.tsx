import { Trans, useLingui } from '@lingui/react/macro';
import { type DeviceStatus, type WireError } from '@shimabashi/contracts';
import { Button, Icon } from '@shimabashi/ui';
import { useId, useState } from 'react';
import { BackButton } from '../parts/back-button.tsx';
import { useDeviceKind } from '../parts/device-kind.tsx';
import { KanaKeyboard } from '../parts/kana-keyboard.tsx';
import { Problem } from '../parts/problem.tsx';
import { useDeed } from '../state/use-deed.ts';
import { useKiosk } from '../state/use-kiosk.ts';
import { type Proven } from './devices-enrol.tsx';
import styles from './record-edit.module.css';

/** Longest name of a device. Source: contracts, `DeviceStatus`. */
const CHARACTERS_MAX = 80;
/** Enough of a number to tell two devices of one kind apart. */
const TAIL_CHARACTERS = 4;

/** The name by which a device is called on the screens and in the chart, and the last step of its enrolment. */
export function DeviceName({
  proven,
  onBack,
  onEnrolled,
}: {
  readonly proven: Proven;
  readonly onBack: () => void;
  readonly onEnrolled: (device: DeviceStatus) => void;
}) {
  const { t } = useLingui();
  const { api } = useKiosk();
  const kindOf = useDeviceKind();
  const id = useId();
  const { found, trial, proof } = proven;
  const [name, setName] = useState(() => proposedName(proven, kindOf(trial.protocol) ?? t`機器`));
  const { working, error, run } = useDeed();
  const enrol = () =>
    run(
      () => api['devices.enrol']({ foundId: found.foundId, name, proof }),
      ({ device }) => onEnrolled(device),
    );
  return (
    <main className={styles.page}>
      <section className={styles.form} aria-labelledby="device-name-title">
        <div className={styles.head}>
          <BackButton className={styles.back} onPress={onBack} />
          <h1 id="device-name-title">
            <Trans>機器の呼び名</Trans>
          </h1>
        </div>
        <div className={styles.line} data-chosen>
          <label htmlFor={id}>
            <Trans>画面とカルテに出る名前です</Trans>
          </label>
          <input
            id={id}
            inputMode="none"
            data-field="device-name"
            value={name}
            maxLength={CHARACTERS_MAX}
            autoComplete="off"
            spellCheck={false}
            onChange={event => setName(event.target.value)}
          />
        </div>
        <div className={styles.save}>
          {error === null ? null : <EnrolProblem error={error} />}
          <Button
            kind="primary"
            wide
            className={styles.button}
            working={working}
            lockedReason={name.trim() === '' ? t`名前を入れてください` : undefined}
            onPress={enrol}
          >
            <Icon name="check" />
            {working ? <Trans>登録しています</Trans> : <Trans>この機器を登録する</Trans>}
          </Button>
        </div>
      </section>
      <section className={styles.right}>
        <KanaKeyboard text={name} onText={setName} />
      </section>
    </main>
  );
}

/** What it means here: the device went out of reach, or did not say what was compared. */
function EnrolProblem({ error }: { readonly error: WireError }) {
  if (error.code !== 'NOT_FOUND' && error.code !== 'CONFLICT') return <Problem error={error} />;
  return (
    <p role="alert" data-code={error.code}>
      <Trans>機器の言うことと合わないか、もう登録されています。もどって、もう一度ためしてください。</Trans>
    </p>
  );
}

function proposedName({ found, trial }: Proven, kind: string): string {
  const { facts } = trial;
  const made = [facts?.manufacturer, facts?.model].filter(text => text !== null && text !== undefined);
  const called = made.length > 0 ? made.join(' ') : (found.name ?? kind);
  const number = facts?.serialNumber ?? found.identity;
  const tail = number.replaceAll(/[^A-Za-z0-9]/g, '').slice(-TAIL_CHARACTERS);
  return `${called} ${tail}`.trim().slice(0, CHARACTERS_MAX);
}
