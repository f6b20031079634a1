import { Trans, useLingui } from '@lingui/react/macro';
import { type Alarm, type AlertStep } from '@shimabashi/contracts';
import { Digits, formatClock, formatStopwatch, localeOf } from '@shimabashi/ui';
import { escalationOf } from '../state/alarms.ts';
import { familyName } from '../state/names.ts';
import { useSnapshot } from '../state/use-kiosk.ts';

/** Who on the mainland knows of an alarm, and whom to telephone while nobody does. */
export function EscalationLine({ alarm, nowMs }: { readonly alarm: Alarm; readonly nowMs: number }) {
  const { i18n } = useLingui();
  const snapshot = useSnapshot();
  const escalation = escalationOf(alarm, snapshot, nowMs);
  const locale = localeOf(i18n);
  switch (escalation.kind) {
    case 'no-link':
      return (
        <b data-escalation="no-link">
          <Trans>病院に届いていません。</Trans> <Telephone />
        </b>
      );
    case 'sending':
      return (
        <span data-escalation="sending">
          <Trans>病院に送っています。</Trans>
        </span>
      );
    case 'no-answer-of-hub':
      return (
        <b data-escalation="no-answer-of-hub">
          <Trans>病院から返事がありません。</Trans> <Telephone />
        </b>
      );
    case 'unconfirmed':
      return (
        <b data-escalation="unconfirmed">
          <Trans>まだだれも確認していません。</Trans> <Telephone />
        </b>
      );
    case 'accepted': {
      const name = familyName(escalation.by, locale);
      const at = formatClock(escalation.atMs);
      return (
        <b data-escalation="accepted">
          <Trans>
            {name}先生が受けました {at}
          </Trans>
        </b>
      );
    }
    case 'telling':
      return <Telling step={escalation.step} leftMs={escalation.leftMs} />;
  }
}

function Telling({ step, leftMs }: { readonly step: AlertStep | undefined; readonly leftMs: number | null }) {
  const { i18n } = useLingui();
  if (step === undefined) {
    return (
      <span data-escalation="telling">
        <Trans>病院に届いた。</Trans>
      </span>
    );
  }
  const name = familyName(step.staff, localeOf(i18n));
  const left = leftMs === null ? null : formatStopwatch(leftMs);
  return (
    <span data-escalation="telling">
      {step.state === 'seen' ? (
        <Trans>病院に届いた。{name}先生が見ています。</Trans>
      ) : (
        <Trans>病院に届いた。{name}先生に知らせています。</Trans>
      )}
      {left === null ? null : (
        <>
          {' '}
          <Trans>
            あと <Digits>{left}</Digits>
          </Trans>
        </>
      )}
    </span>
  );
}

/** The first of the clinic's list: the one for the patient. */
function Telephone() {
  const { clinic } = useSnapshot();
  const first = clinic?.telephones[0];
  if (first === undefined) return null;
  const { number } = first;
  return <Trans>電話 {number}</Trans>;
}
