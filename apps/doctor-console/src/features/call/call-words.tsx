import { type I18n } from '@lingui/core';
import { msg } from '@lingui/core/macro';
import { Trans, useLingui } from '@lingui/react/macro';
import { type Call, type DeclineReason, type StaffMember } from '@shimabashi/contracts';
import { localeOf } from '@shimabashi/ui';

const DECLINE_WORDS = {
  'with-a-patient': msg`ほかの患者をみています`,
  'not-now': msg`いまは出られません`,
  'by-telephone': msg`電話でかけてください`,
  'wrong-patient': msg`患者がちがいます`,
} as const satisfies Record<DeclineReason, object>;

/** Why somebody did not take a call, as he says it. */
export function declineWords(i18n: I18n, because: DeclineReason): string {
  return i18n._(DECLINE_WORDS[because]);
}

export function staffName(i18n: I18n, staff: StaffMember): string {
  return localeOf(i18n) === 'ja' ? staff.name : staff.nameLatin || staff.name;
}

/** How a call ended, in a sentence. */
export function EndWords({ call }: { readonly call: Call }) {
  const { i18n } = useLingui();
  const { end, nurse } = call;
  const by = end?.by ?? nurse;
  const who = by === null ? call.kioskName : staffName(i18n, by);
  switch (end?.reason) {
    case 'declined': {
      const why = end.declinedBecause === null ? '' : declineWords(i18n, end.declinedBecause);
      return (
        <Trans>
          {who}：「{why}」
        </Trans>
      );
    }
    case 'no-answer':
      return <Trans>だれも出ませんでした。電話をかけてください</Trans>;
    case 'cancelled':
      return <Trans>呼び出しをやめました</Trans>;
    case 'hung-up':
      return <Trans>{who} が切りました</Trans>;
    case 'closed':
      return <Trans>診察を終えました</Trans>;
    case 'lost':
      return <Trans>つながらないまま時間がたち、通話が終わりました</Trans>;
    case undefined:
      return <Trans>通話は終わりました</Trans>;
  }
}
