import { Trans, useLingui } from '@lingui/react/macro';
import { type PhotoSize } from '@shimabashi/contracts';
import { BridgeMark, Button, formatMoment, localeOf } from '@shimabashi/ui';
import { useQuery } from '@tanstack/react-query';
import { useState } from 'react';
import { useConsole } from '../../console.ts';
import { EmptyNote, Reading } from '../../parts/notes.tsx';
import styles from './call.module.css';
import { SourceName } from './pictures.tsx';
import { type Photo } from './use-photos.ts';

/** Photographs, newest first: the small picture at once, the original when it is asked for. */
export function PhotosPanel({
  photos,
  nowMs,
}: {
  readonly photos: readonly Photo[];
  readonly nowMs: number;
}) {
  const [openId, setOpenId] = useState<string | null>(null);
  const open = photos.find(({ facts }) => facts.photoId === openId);
  if (open !== undefined) {
    return (
      <div className={styles.photo}>
        <PhotoWords photo={open} nowMs={nowMs} />
        <Picture
          photo={open}
          size={open.original?.place === 'here' ? 'thumbnail' : 'original'}
          nowMs={nowMs}
        />
        <Button kind="outline" onPress={() => setOpenId(null)}>
          <Trans>写真の一覧へ</Trans>
        </Button>
      </div>
    );
  }
  if (photos.length === 0) {
    return (
      <EmptyNote>
        <Trans>写真はまだありません。「写真をとる」でとると、ここに出ます。</Trans>
      </EmptyNote>
    );
  }
  return (
    <ul className={styles.photos}>
      {photos.map(photo => (
        <li key={photo.facts.photoId}>
          <button type="button" onClick={() => setOpenId(photo.facts.photoId)}>
            <Picture photo={photo} size="thumbnail" nowMs={nowMs} />
            <PhotoWords photo={photo} nowMs={nowMs} />
          </button>
        </li>
      ))}
    </ul>
  );
}

function Picture({
  photo,
  size,
  nowMs,
}: {
  readonly photo: Photo;
  readonly size: PhotoSize;
  readonly nowMs: number;
}) {
  const { t, i18n } = useLingui();
  const { queries } = useConsole();
  const { facts } = photo;
  const sha256 = size === 'original' ? facts.original.sha256 : facts.thumbnail?.sha256;
  const picture = useQuery({ ...queries.photo(sha256 ?? '', size), enabled: sha256 !== undefined });
  const when = facts.takenAtMs === null ? '' : formatMoment(facts.takenAtMs, nowMs, localeOf(i18n));
  if (picture.data !== undefined) return <img src={picture.data} alt={t`写真 ${when}`} />;
  if (picture.isPending && sha256 !== undefined) return <Reading />;
  return (
    <span className={styles.noPicture}>
      <Trans>まだ届いていません</Trans>
    </span>
  );
}

function PhotoWords({ photo, nowMs }: { readonly photo: Photo; readonly nowMs: number }) {
  const { i18n } = useLingui();
  const { facts, original } = photo;
  return (
    <span className={styles.photoWords}>
      <b>{facts.takenAtMs === null ? '—' : formatMoment(facts.takenAtMs, nowMs, localeOf(i18n))}</b>
      {facts.camera === null ? null : <SourceName source={facts.camera} />}
      {facts.widthPx === null || facts.heightPx === null ? null : (
        <span>
          {facts.widthPx} × {facts.heightPx}
          {facts.full ? null : (
            <>
              ・<Trans>映像の大きさ</Trans>
            </>
          )}
        </span>
      )}
      {original === null ? null : original.place === 'at-hospital' ? (
        <BridgeMark state="there">
          <Trans>届いた</Trans>
        </BridgeMark>
      ) : (
        <BridgeMark state="moving">
          <Trans>
            元の写真 {original.chunksDone}/{original.chunksTotal}
          </Trans>
        </BridgeMark>
      )}
    </span>
  );
}
