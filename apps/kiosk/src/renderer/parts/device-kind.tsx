import { useLingui } from '@lingui/react/macro';

const KINDS: readonly (readonly [RegExp, keyof ReturnType<typeof useKindWords>])[] = [
  [/blood-pressure|^omron-hid$/, 'cuff'],
  [/oximeter|^nonin|^contec|^bci/, 'oximeter'],
  [/thermometer/, 'thermometer'],
  [/weight/, 'scale'],
  [/glucose|contour|freestyle|taidoc/, 'glucose'],
  [/heart-rate/, 'heart'],
  [/cgm/, 'cgm'],
  [/hl7|mllp|^ge-|^ivy/, 'monitor'],
];

function useKindWords() {
  const { t } = useLingui();
  return {
    cuff: t`血圧計`,
    oximeter: t`パルスオキシメータ`,
    thermometer: t`体温計`,
    scale: t`体重計`,
    glucose: t`血糖計`,
    heart: t`心拍計`,
    cgm: t`皮下のブドウ糖計`,
    monitor: t`ベッドサイドモニタ`,
  };
}

/** What a device is, by what it speaks; null for what no word here fits. */
export function useDeviceKind(): (protocol: string | null) => string | null {
  const words = useKindWords();
  return protocol => {
    const kind = KINDS.find(([of]) => protocol !== null && of.test(protocol))?.[1];
    return kind === undefined ? null : words[kind];
  };
}
