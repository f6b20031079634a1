import { useVideoTrack } from '@shimabashi/call/react';
import { type ReactNode } from 'react';
import styles from './picture.module.css';

/** A picture of the call with the words on it. Without a picture the words in its place say why. */
export function Picture({
  track,
  label,
  missing,
  children,
  className,
}: {
  readonly track: MediaStreamTrack | null;
  /** What it shows, for who does not see it. */
  readonly label: string;
  /** Why there is none, instead of it or over its last frame; null while it runs. */
  readonly missing: ReactNode;
  readonly children?: ReactNode;
  readonly className?: string | undefined;
}) {
  const video = useVideoTrack(track);
  return (
    <figure className={[styles.picture, className ?? ''].join(' ')} data-running={missing === null}>
      <video ref={video} muted playsInline aria-label={label} />
      {missing === null ? null : <div className={styles.missing}>{missing}</div>}
      {children}
    </figure>
  );
}
