import { Trans } from '@lingui/react/macro';
import { Button, Icon } from '@shimabashi/ui';
import { type ReactNode, useLayoutEffect, useRef, useState } from 'react';
import styles from './paged.module.css';

export interface PagedProps<Item> {
  readonly items: readonly Item[];
  readonly keyOf: (item: Item) => string;
  readonly render: (item: Item) => ReactNode;
  /** Height of a row in CSS px. */
  readonly rowPx: number;
  /** What a taller row takes besides. */
  readonly extraPx?: number;
  /** The item that the first page shown contains. */
  readonly start?: string | undefined;
}

/** A list that never scrolls: as many rows as there is room, and 前へ / 次へ when there are more. */
export function Paged<Item>({ items, keyOf, render, rowPx, extraPx = 0, start }: PagedProps<Item>) {
  const roomRef = useRef<HTMLDivElement>(null);
  const [capacity, setCapacity] = useState(1);
  const [chosen, setChosen] = useState<number | null>(null);
  useLayoutEffect(() => {
    const room = roomRef.current;
    if (room === null) return;
    const measure = () => setCapacity(rowsThatFit(room.clientHeight - extraPx, rowPx));
    measure();
    const watcher = new ResizeObserver(measure);
    watcher.observe(room);
    return () => watcher.disconnect();
  }, [rowPx, extraPx]);

  const pages = Math.max(1, Math.ceil(items.length / capacity));
  const startIndex = items.findIndex(item => keyOf(item) === start);
  const page = Math.min(pages - 1, chosen ?? Math.floor(Math.max(0, startIndex) / capacity));
  const shown = items.slice(page * capacity, (page + 1) * capacity);
  const pageNumber = page + 1;
  return (
    <div className={styles.paged}>
      <div ref={roomRef} className={styles.room}>
        <ol>
          {shown.map(item => (
            <li key={keyOf(item)}>{render(item)}</li>
          ))}
        </ol>
      </div>
      {pages === 1 ? null : (
        <div className={styles.pager}>
          <PageButton onPress={page === 0 ? undefined : () => setChosen(page - 1)}>
            <Icon name="up" />
            <Trans>前へ</Trans>
          </PageButton>
          <span>
            {pageNumber}／{pages}
          </span>
          <PageButton onPress={page === pages - 1 ? undefined : () => setChosen(page + 1)}>
            <Trans>次へ</Trans>
            <Icon name="down" />
          </PageButton>
        </div>
      )}
    </div>
  );
}

function PageButton({
  onPress,
  children,
}: {
  readonly onPress: (() => void) | undefined;
  readonly children: ReactNode;
}) {
  // At an end there is nothing to press: the place stays, so that the other button does not move.
  if (onPress === undefined) return <span className={styles.noButton} />;
  return (
    <Button kind="outline" className={styles.button} onPress={onPress}>
      {children}
    </Button>
  );
}

/** Whole rows that fit into this height; at least one, so that a list is never silently empty. */
export function rowsThatFit(roomPx: number, rowPx: number): number {
  return Math.max(1, Math.floor(roomPx / rowPx));
}
