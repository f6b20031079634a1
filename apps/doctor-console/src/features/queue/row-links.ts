/** The rows of a list, in the order of the page: each is one link. */
export function rowLinks(list: HTMLElement | null): readonly HTMLElement[] {
  return list === null ? [] : [...list.querySelectorAll<HTMLElement>('[data-row-link]')];
}

/** The row that an arrow key goes to from `from`; null at the upper end, where the search box is. */
export function rowBeside(
  rows: readonly HTMLElement[],
  from: Element | null,
  key: string,
): HTMLElement | null | undefined {
  const index = rows.findIndex(row => row === from);
  if (index < 0) return undefined;
  switch (key) {
    case 'ArrowDown':
      return rows[Math.min(index + 1, rows.length - 1)];
    case 'ArrowUp':
      return index === 0 ? null : rows[index - 1];
    case 'Home':
      return rows[0];
    case 'End':
      return rows.at(-1);
    default:
      return undefined;
  }
}
