import { Trans, useLingui } from '@lingui/react/macro';
import { type BridgeState, formatAge, formatMoment, localeOf } from '@shimabashi/ui';
import { type ClinicFreshness, type FreshnessState } from './freshness.ts';

/** The bridge mark of a clinic. Left pier: the clinic; right pier: the hospital. */
export const FRESHNESS_MARKS: Readonly<Record<FreshnessState, BridgeState>> = {
  current: 'there',
  arriving: 'moving',
  parked: 'parked',
  partly: 'broken',
  cut: 'broken',
  never: 'broken',
  unknown: 'stale',
};

/** In a word or two, how old what we have of a clinic is. */
export function FreshnessAge({
  freshness,
  nowMs,
}: {
  readonly freshness: ClinicFreshness;
  readonly nowMs: number;
}) {
  const { i18n } = useLingui();
  const { state, heardAtMs, sinceMs } = freshness;
  const since = sinceMs === null ? '' : formatMoment(sinceMs, nowMs, localeOf(i18n));
  switch (state) {
    case 'current':
    case 'arriving':
    case 'parked':
      return <>{heardAtMs === null ? '—' : formatAge(i18n, heardAtMs, nowMs)}</>;
    case 'partly':
      return <Trans>{since} から一部</Trans>;
    case 'cut':
      return <Trans>{since} で止まる</Trans>;
    case 'never':
      return <Trans>まだつながっていません</Trans>;
    case 'unknown':
      return <Trans>{since} から不明</Trans>;
  }
}

/** The same as a sentence, for the clinic's own line. */
export function FreshnessSentence({ freshness }: { readonly freshness: ClinicFreshness }) {
  const { waiting, parked } = freshness;
  switch (freshness.state) {
    case 'current':
      return <Trans>すべて届いています</Trans>;
    case 'arriving':
      return <Trans>届いている途中・残り {waiting}件</Trans>;
    case 'parked':
      return <Trans>送れない記録 {parked}件・島で直せます</Trans>;
    case 'partly':
      return <Trans>つながらないキオスクがあります</Trans>;
    case 'cut':
      return waiting > 0 ? (
        <Trans>通信できません・島に {waiting}件のこる</Trans>
      ) : (
        <Trans>通信できません・島の診療は続いています</Trans>
      );
    case 'never':
      return <Trans>キオスクがまだ登録されていません</Trans>;
    case 'unknown':
      return <Trans>この画面が届かないので、わかりません</Trans>;
  }
}
