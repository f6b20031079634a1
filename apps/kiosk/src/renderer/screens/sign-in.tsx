import { Trans, useLingui } from '@lingui/react/macro';
import { type StaffMember, type WireError } from '@shimabashi/contracts';
import { Button, Icon, Initial, localeOf } from '@shimabashi/ui';
import { useEffect, useRef, useState } from 'react';
import { Button as AriaButton } from 'react-aria-components';
import { Band } from '../parts/band.tsx';
import { Header } from '../parts/header.tsx';
import { Paged } from '../parts/paged.tsx';
import { PIN_DIGITS_MAX, PIN_DIGITS_MIN, PinPad } from '../parts/pin-pad.tsx';
import { Problem } from '../parts/problem.tsx';
import { staffName } from '../state/names.ts';
import { useKiosk, useRow } from '../state/use-kiosk.ts';
import { useTime } from '../state/use-time.ts';
import { Reading } from './starting.tsx';
import styles from './sign-in.module.css';

const ROW_PX = 112;

/** Who works at the kiosk now: choose the name, then the PIN. Works without the mainland. */
export function SignIn() {
  const { nowMs } = useTime();
  const staff = useRow('session.staff', {});
  const [chosen, setChosen] = useState<string | null>(null);
  // Doctors sign in at the console, with a passphrase that this pad cannot enter.
  const people = staff.body?.staff.filter(person => person.role !== 'doctor') ?? [];
  const person =
    people.find(each => each.practitionerId === chosen) ?? (people.length === 1 ? people[0] : undefined);
  return (
    <>
      <Header nowMs={nowMs} />
      <Band nowMs={nowMs} kinds={['door', 'store', 'devices', 'offline']} />
      <main className={styles.page}>
        <section className={styles.people}>
          <h1>
            <Trans>どなたですか</Trans>
          </h1>
          {staff.error !== undefined ? <Problem error={staff.error} /> : null}
          {staff.body === undefined ? <Reading /> : null}
          {staff.body !== undefined && people.length === 0 ? <NobodyYet /> : null}
          <Paged
            items={people}
            keyOf={each => each.practitionerId}
            rowPx={ROW_PX}
            start={person?.practitionerId}
            render={each => (
              <PersonRow
                person={each}
                chosen={each === person}
                onPress={() => setChosen(each.practitionerId)}
              />
            )}
          />
        </section>
        {person === undefined ? (
          <section className={styles.pin}>
            <p className={styles.hint}>
              <Trans>左から、お名前を選んでください</Trans>
            </p>
          </section>
        ) : (
          <Pin key={person.practitionerId} person={person} />
        )}
      </main>
    </>
  );
}

function NobodyYet() {
  return (
    <p className={styles.hint}>
      <Trans>職員の名前が、まだ届いていません。本土とつながると、自動で出ます。</Trans>
    </p>
  );
}

function PersonRow({
  person,
  chosen,
  onPress,
}: {
  readonly person: StaffMember;
  readonly chosen: boolean;
  readonly onPress: () => void;
}) {
  const { i18n } = useLingui();
  const name = staffName(person, localeOf(i18n));
  return (
    <AriaButton className={styles.person ?? ''} aria-pressed={chosen} onPress={onPress}>
      <Initial name={name} />
      <b>{name}</b>
      {chosen ? <Icon name="check" /> : null}
    </AriaButton>
  );
}

function Pin({ person }: { readonly person: StaffMember }) {
  const { t, i18n } = useLingui();
  const { api, model } = useKiosk();
  const [pin, setPin] = useState('');
  const [working, setWorking] = useState(false);
  const [refused, setRefused] = useState<WireError | null>(null);
  const name = staffName(person, localeOf(i18n));
  const ready = pin.length >= PIN_DIGITS_MIN;
  const sectionRef = useRef<HTMLElement>(null);
  // From the name straight to the digits: Enter then signs in, instead of choosing the name again.
  useEffect(() => sectionRef.current?.focus(), []);
  const digits = pin.length;
  const enter = () => {
    if (!ready || working) return;
    setWorking(true);
    setRefused(null);
    void api['session.sign-in']({ practitionerId: person.practitionerId, pin }).then(result => {
      setWorking(false);
      setPin('');
      if (result.ok) model.take({ event: 'session', nurse: result.body.nurse });
      else if (result.error.code === 'DOOR_CLOSED') model.doorClosed();
      else setRefused(result.error);
    });
  };
  return (
    <section ref={sectionRef} className={styles.pin} tabIndex={-1} aria-label={t`${name} の暗証番号`}>
      <div className={styles.entered}>
        {refused !== null && digits === 0 ? (
          <Problem error={refused} />
        ) : (
          <>
            <h2>
              <Trans>{name} の暗証番号</Trans>
            </h2>
            {/* How many, never which: somebody may be looking. */}
            <output className={styles.dots} aria-label={t`${digits}けた入りました`}>
              {Array.from({ length: PIN_DIGITS_MAX }, (_, place) => (
                <i key={place} data-full={place < pin.length || undefined} />
              ))}
            </output>
          </>
        )}
      </div>
      <PinPad pin={pin} onPin={setPin} onEnter={enter} />
      <Button
        kind="primary"
        wide
        working={working}
        lockedReason={ready ? undefined : t`4けたから8けたの数字です`}
        onPress={enter}
      >
        {working ? t`確かめています` : t`はいる`}
        <Icon name="arrow" />
      </Button>
    </section>
  );
}
