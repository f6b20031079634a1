import { Trans } from '@lingui/react/macro';
import { useEffect, useState } from 'react';
import { Band } from '../parts/band.tsx';
import { Header } from '../parts/header.tsx';
import { useTime } from '../state/use-time.ts';
import styles from './starting.module.css';

/** Until the store has said who is signed in: the frame at once, a word only when it takes a second. */
export function Starting() {
  const { nowMs } = useTime();
  return (
    <>
      <Header nowMs={nowMs} />
      <Band nowMs={nowMs} kinds={['door', 'store', 'devices']} />
      <main className={styles.page}>
        <Reading />
      </main>
    </>
  );
}

/** 読んでいます, once it has taken a second. */
export function Reading() {
  const [slow, setSlow] = useState(false);
  useEffect(() => {
    const timer = setTimeout(() => setSlow(true), 1_000);
    return () => clearTimeout(timer);
  }, []);
  return <output className={styles.reading}>{slow ? <Trans>読んでいます</Trans> : null}</output>;
}

/** The right of this screen to ask is gone (another start, another window): nothing here is true any more. */
export function DoorClosed() {
  const { nowMs } = useTime();
  return (
    <>
      <Header nowMs={nowMs} />
      <main className={styles.page}>
        <h1>
          <Trans>この画面を開き直してください</Trans>
        </h1>
        <p>
          <Trans>この画面の鍵が切れました。記録は消えていません。</Trans>
        </p>
      </main>
    </>
  );
}
