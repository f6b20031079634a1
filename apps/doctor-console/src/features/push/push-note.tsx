import { Trans, useLingui } from '@lingui/react/macro';
import { Button } from '@shimabashi/ui';
import { useQuery } from '@tanstack/react-query';
import { useSyncExternalStore } from 'react';
import { useConsole } from '../../console.ts';
import { type PushState } from './push-device.ts';
import styles from './push-note.module.css';

/** Says in red where nobody is called once this page is closed, and what to do about it. */
export function PushNote() {
  const { t } = useLingui();
  const { push, alerts } = useConsole();
  const state = useSyncExternalStore(push.subscribe, push.getSnapshot);
  const { data } = useQuery(alerts.list);
  if (data?.isOn === false) {
    return (
      <section className={styles.note} aria-label={t`警報の知らせ`}>
        <p>
          <Trans>警報の知らせは、この診療グループでは使っていません</Trans>
        </p>
      </section>
    );
  }
  if (state === 'unknown' || state === 'on') return null;
  return (
    <section className={styles.note} data-push={state} aria-label={t`警報の知らせ`}>
      <p>
        <b className={styles.only}>
          <Trans>この画面を開いている間だけ知らせます</Trans>
        </b>{' '}
        <PushReason state={state} />
      </p>
      {state === 'off' || state === 'asking' ? (
        <Button kind="outline" working={state === 'asking'} onPress={() => void push.turnOn()}>
          {state === 'asking' ? <Trans>たずねています</Trans> : <Trans>閉じても知らせる</Trans>}
        </Button>
      ) : null}
      {state === 'failed' ? (
        <Button kind="outline" onPress={() => void push.renew()}>
          <Trans>もう一度ためす</Trans>
        </Button>
      ) : null}
    </section>
  );
}

function PushReason({ state }: { readonly state: Exclude<PushState, 'unknown' | 'on'> }) {
  switch (state) {
    case 'off':
    case 'asking':
      return <Trans>警報を通知で受けるには、許可がいります。</Trans>;
    case 'denied':
      return <Trans>通知が止められています。ブラウザの設定で、このページの通知を許可してください。</Trans>;
    case 'not-on-home-screen':
      return (
        <Trans>iPad では「共有」から「ホーム画面に追加」を選び、その島橋を開くと、通知を受けられます。</Trans>
      );
    case 'none':
      return <Trans>このブラウザは通知を受けられません。</Trans>;
    case 'not-set-up':
      return <Trans>病院のサーバーに、通知の設定がありません。管理者に電話してください。</Trans>;
    case 'failed':
      return <Trans>通知の登録ができませんでした。</Trans>;
  }
}
