import { Trans, useLingui } from '@lingui/react/macro';
import { type LocalTrack } from '@shimabashi/call';
import { Icon } from '@shimabashi/ui';
import { cameraWords } from './call-words.ts';
import styles from './own-picture.module.css';
import { Picture } from './picture.tsx';

/** A camera of ours, and whether the doctor sees it: in front, beside, or not before the call is taken. */
export function OwnPicture({
  local,
  label,
  seen,
  className,
}: {
  readonly local: LocalTrack | undefined;
  readonly label: string;
  readonly seen: 'in-front' | 'beside' | 'not-yet';
  readonly className: string | undefined;
}) {
  const { i18n } = useLingui();
  const why = cameraWords(i18n, local?.state);
  return (
    <Picture track={local?.track ?? null} label={label} missing={why} className={className}>
      <figcaption className={styles.caption} data-front={seen === 'in-front' || undefined}>
        {why === null ? <Words label={label} seen={seen} /> : label}
      </figcaption>
    </Picture>
  );
}

function Words({
  label,
  seen,
}: {
  readonly label: string;
  readonly seen: 'in-front' | 'beside' | 'not-yet';
}) {
  switch (seen) {
    case 'in-front':
      return (
        <>
          <Icon name="eye" />
          <Trans>先生に見えています</Trans>
        </>
      );
    case 'not-yet':
      return <Trans>まだ先生に見えていません</Trans>;
    case 'beside':
      return label;
  }
}
