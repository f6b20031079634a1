import { Trans, useLingui } from '@lingui/react/macro';
import { type DutyDoctor } from '@shimabashi/contracts';
import { Button, Icon, localeOf, StateMark } from '@shimabashi/ui';
import { Problem } from '../parts/problem.tsx';
import { staffName } from '../state/names.ts';
import { useSnapshot } from '../state/use-kiosk.ts';
import { useCallActions } from './use-call-actions.ts';
import styles from './call.module.css';

/** Most names that there is room for; the others are rung as well. */
const NAMES_MAX = 2;

/**
 * 先生を呼ぶ: who is on duty, whether they are at their screens or can be woken, and the button that rings them.
 * `compact` is the button alone, for a place that has no room. While a call rings or runs it is not
 * there: its own band or page is.
 */
export function CallDoctor({ compact = false }: { readonly compact?: boolean }) {
  const { t } = useLingui();
  const { call, doctors, sync } = useSnapshot();
  const { start, working, error } = useCallActions();
  const isDown = sync?.link === 'down';
  const isNobody = doctors.every(({ isReachable }) => !isReachable);
  const isBusy = call !== null && call.state !== 'ended';
  if (isBusy && compact) return null;
  const locked = isDown
    ? t`通信できません。電話してください`
    : isNobody
      ? t`画面の前にいません。電話してください`
      : undefined;
  return (
    <div className={styles.duty} data-compact={compact || undefined}>
      {compact ? null : <Doctors doctors={doctors} />}
      {error === null ? null : <Problem error={error} />}
      {isBusy ? null : (
        <Button
          kind="outline"
          wide
          className={styles.callButton}
          working={working}
          lockedReason={locked}
          onPress={start}
        >
          <Icon name="phone" />
          {working ? <Trans>呼んでいます</Trans> : <Trans>先生を呼ぶ</Trans>}
        </Button>
      )}
    </div>
  );
}

function Doctors({ doctors }: { readonly doctors: readonly DutyDoctor[] }) {
  const { i18n } = useLingui();
  return (
    <ul>
      {doctors.slice(0, NAMES_MAX).map(({ staff, isHere, isReachable }) => (
        <li key={staff.practitionerId}>
          <StateMark shape={isReachable ? 'live' : 'todo'}>{staffName(staff, localeOf(i18n))}</StateMark>
          <span>
            {isHere ? (
              <Trans>画面の前にいます</Trans>
            ) : isReachable ? (
              <Trans>端末に知らせて呼びます</Trans>
            ) : (
              <Trans>いません</Trans>
            )}
          </span>
        </li>
      ))}
      {doctors.length === 0 ? (
        <li>
          <StateMark shape="todo">
            <Trans>まだ分かりません</Trans>
          </StateMark>
        </li>
      ) : null}
    </ul>
  );
}
