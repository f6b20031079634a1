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
  const placeRef = useRef<HTMLDivElement>(null);
  const [heightPx, setHeightPx] = useState(0);
  const [chosen, setChosen] = useState<number | null>(null);
  // The height of the whole, which does not depend on what is drawn inside it.
  useLayoutEffect(() => {
    const place = placeRef.current;
    if (place === null) return;
    const measure = () => setHeightPx(place.clientHeight);
    measure();
    const watcher = new ResizeObserver(measure);
    watcher.observe(place);
    return () => watcher.disconnect();
  }, []);

  const capacity = pageCapacity({ count: items.length, heightPx: heightPx - extraPx, rowPx });
  const pages = Math.max(1, Math.ceil(items.length / capacity));
  const startIndex = items.findIndex(item => keyOf(item) === start);
  const page = Math.min(pages - 1, chosen ?? Math.floor(Math.max(0, startIndex) / capacity));
  const shown = items.slice(page * capacity, (page + 1) * capacity);
  const pageNumber = page + 1;
  return (
    <div ref={placeRef} className={styles.paged}>
      <div className={styles.room}>
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

/** Height of 前へ / 次へ with the room around them. */
const PAGER_PX = 136;

/** Whole rows on one page; at least one, so that a list is never silently empty. */
export function pageCapacity(list: {
  readonly count: number;
  readonly heightPx: number;
  readonly rowPx: number;
}): number {
  const { count, heightPx, rowPx } = list;
  const fits = count * rowPx <= heightPx;
  return fits ? Math.max(1, count) : Math.max(1, Math.floor((heightPx - PAGER_PX) / rowPx));
}
