import { useLingui } from '@lingui/react/macro';
import { Button, Icon } from '@shimabashi/ui';
import { useState } from 'react';
import { Button as AriaButton } from 'react-aria-components';
import { KEY_COLUMNS, type KanaMark, type Layer, LAYERS, pressDelete, pressKey, pressMark } from './kana.ts';
import styles from './kana-keyboard.module.css';

const LAYER_NAMES: Readonly<Record<Layer, string>> = { kana: 'かな', digits: '123', latin: 'ABC' };
const MARK_KEYS: readonly (readonly [KanaMark, string])[] = [
  ['voiced', '゛'],
  ['half-voiced', '゜'],
  ['small', '小'],
];

/** The on-screen keyboard of the kiosk: the fifty sounds, digits, letters. A hardware one works beside it. */
export function KanaKeyboard({
  text,
  onText,
}: {
  readonly text: string;
  readonly onText: (text: string) => void;
}) {
  const { t } = useLingui();
  const [layer, setLayer] = useState<Layer>('kana');
  const markNames: Readonly<Record<KanaMark, string>> = {
    voiced: t`濁点`,
    'half-voiced': t`半濁点`,
    small: t`小さい字`,
  };
  return (
    <fieldset className={styles.keyboard} aria-label={t`文字の入力`}>
      <div className={styles.keys} data-layer={layer} lang={layer === 'latin' ? 'en' : 'ja'}>
        {KEY_COLUMNS[layer].map(column => (
          <div key={column.join('')}>
            {column.map((key, row) =>
              key === ' ' ? (
                // An empty place has nothing but its place.
                // oxlint-disable-next-line react/no-array-index-key
                <span key={`empty ${row}`} />
              ) : (
                <AriaButton key={key} onPress={() => onText(pressKey(text, key))}>
                  {key}
                </AriaButton>
              ),
            )}
          </div>
        ))}
      </div>
      <div className={styles.tools}>
        {LAYERS.map(each => (
          <AriaButton key={each} aria-pressed={each === layer} onPress={() => setLayer(each)} lang="ja">
            {LAYER_NAMES[each]}
          </AriaButton>
        ))}
        {(layer === 'kana' ? MARK_KEYS : []).map(([mark, sign]) => (
          <AriaButton
            key={mark}
            data-mark={mark}
            aria-label={markNames[mark]}
            onPress={() => onText(pressMark(text, mark))}
            lang="ja"
          >
            {sign}
          </AriaButton>
        ))}
        <Button kind="outline" className={styles.word} onPress={() => onText(pressDelete(text))}>
          <Icon name="erase" />
          {t`1つ消す`}
        </Button>
        <Button kind="outline" className={styles.word} onPress={() => onText('')}>
          {t`全部消す`}
        </Button>
      </div>
    </fieldset>
  );
}
