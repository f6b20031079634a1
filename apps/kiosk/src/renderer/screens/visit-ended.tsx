import { Trans, useLingui } from '@lingui/react/macro';
import { type Decision } from '@shimabashi/contracts';
import { Button, formatClock, formatDay, Icon, localeOf } from '@shimabashi/ui';
import { type VisitEnd } from '../state/chart.ts';
import { useSnapshot } from '../state/use-kiosk.ts';
import { familyName } from '../state/names.ts';
import styles from './visit-ended.module.css';

/** The doctor has closed the visit: what was decided, and what the nurse does next. */
export function VisitEnded({
  end,
  onLeave,
  leaving,
}: {
  readonly end: VisitEnd;
  readonly onLeave: () => void;
  readonly leaving: boolean;
}) {
  const { endedAtMs, decision } = end;
  const at = endedAtMs === null ? null : formatClock(endedAtMs);
  return (
    <main className={styles.ended} data-visit="ended">
      <div className={styles.top}>
        <h2>
          <Icon name="check" />
          <Trans>診察が終わりました</Trans>
        </h2>
        {at === null ? null : <span>{at}</span>}
        {decision === null ? null : <Doctor authorId={decision.authorId} />}
      </div>
      {decision === null ? (
        <p className={styles.kind}>
          <Trans>先生の決めたことは、まだ届いていません。電話で聞いてください。</Trans>
        </p>
      ) : (
        <Decided decision={decision.decision} />
      )}
      <Button kind="primary" className={styles.leave} working={leaving} onPress={onLeave}>
        {leaving ? <Trans>閉じています</Trans> : <Trans>きょうの診療へ</Trans>}
      </Button>
    </main>
  );
}

/** Whoever decided, where the kiosk knows them by name. */
function Doctor({ authorId }: { readonly authorId: string | null }) {
  const { i18n } = useLingui();
  const { doctors, call } = useSnapshot();
  const known = [...doctors.map(({ staff }) => staff), ...(call?.doctor ? [call.doctor] : [])];
  const doctor = known.find(({ practitionerId }) => practitionerId === authorId);
  if (doctor === undefined) return null;
  const name = familyName(doctor, localeOf(i18n));
  return (
    <span>
      <Trans>{name} 医師</Trans>
    </span>
  );
}

function Decided({ decision }: { readonly decision: Decision }) {
  const { reason, whenWorse } = decision;
  return (
    <>
      <p className={styles.kind} data-decision={decision.kind}>
        <KindWords decision={decision} />
      </p>
      <dl className={styles.words}>
        <div>
          <dt>
            <Trans>わけ</Trans>
          </dt>
          <dd>{reason}</dd>
        </div>
        <div>
          <dt>
            <Trans>わるくなったら</Trans>
          </dt>
          <dd>{whenWorse}</dd>
        </div>
        <div>
          <dt>
            <Trans>つぎにすること</Trans>
          </dt>
          <dd>
            <NextWords kind={decision.kind} />
          </dd>
        </div>
      </dl>
    </>
  );
}

function KindWords({ decision }: { readonly decision: Decision }) {
  const { i18n } = useLingui();
  switch (decision.kind) {
    case 'online':
      return <Trans>つぎも、オンラインで診ます</Trans>;
    case 'in-person': {
      const day = formatDay(Date.parse(`${decision.byDate}T00:00:00+09:00`), localeOf(i18n));
      return <Trans>{day} までに、対面で診ます</Trans>;
    }
    case 'transfer': {
      const { to } = decision;
      return <Trans>{to} へ送ります</Trans>;
    }
  }
}

function NextWords({ kind }: { readonly kind: Decision['kind'] }) {
  switch (kind) {
    case 'online':
      return <Trans>つぎの予約を、患者さんと決めてください</Trans>;
    case 'in-person':
      return <Trans>受診の日と行き方を、患者さんと決めてください</Trans>;
    case 'transfer':
      return <Trans>送り先と、付きそいを確かめてください</Trans>;
  }
}
