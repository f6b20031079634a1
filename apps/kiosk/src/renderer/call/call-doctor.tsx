import { Trans, useLingui } from '@lingui/react/macro';
import { Button, Icon, localeOf, StateMark } from '@shimabashi/ui';
import { Problem } from '../parts/problem.tsx';
import { staffName } from '../state/names.ts';
import { useSnapshot } from '../state/use-kiosk.ts';
import { TelephoneLine } from './telephone-line.tsx';
import { useCallActions } from './use-call-actions.ts';
import styles from './call.module.css';

/** Most names that there is room for; the others are rung as well. */
const NAMES_MAX = 2;

/** 先生を呼ぶ: who is on duty, whether they are at their screens, and the button that rings them. */
export function CallDoctor({ compact = false }: { readonly compact?: boolean }) {
  const { i18n, t } = useLingui();
  const { call, doctors, sync } = useSnapshot();
  const { start, working, error } = useCallActions();
  const isDown = sync?.link === 'down';
  const isBusy = call !== null && call.state !== 'ended';
  const here = doctors.filter(({ isHere }) => isHere).length;
  const locked = lockedReason({ isDown, isBusy, here, t });
  return (
    <div className={styles.duty} data-compact={compact || undefined}>
      {compact || isDown ? null : (
        <ul>
          {doctors.slice(0, NAMES_MAX).map(({ staff, isHere }) => (
            <li key={staff.practitionerId}>
              <StateMark
                shape={isHere ? 'live' : 'todo'}
                note={isHere ? <Trans>画面の前にいます</Trans> : <Trans>画面の前にいません</Trans>}
              >
                {staffName(staff, localeOf(i18n))}
              </StateMark>
            </li>
          ))}
          {doctors.length === 0 ? (
            <li>
              <StateMark shape="todo">
                <Trans>当番の先生は、まだ分かりません</Trans>
              </StateMark>
            </li>
          ) : null}
        </ul>
      )}
      {error === null ? null : <Problem error={error} />}
      {isDown && !compact ? <TelephoneLine /> : null}
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
    </div>
  );
}

function lockedReason(state: {
  readonly isDown: boolean;
  readonly isBusy: boolean;
  readonly here: number;
  readonly t: ReturnType<typeof useLingui>['t'];
}): string | undefined {
  const { isDown, isBusy, here, t } = state;
  if (isDown) return t`通信できません。電話をかけてください`;
  if (isBusy) return t`呼び出し中、または通話中です`;
  return here === 0 ? t`当番の先生が画面の前にいません。電話をかけてください` : undefined;
}
