/** `pnpm bench sync [part …]`: what the chart's log and its way to the hub can do; all parts without. */
const PARTS: Record<string, () => Promise<{ bench: () => Promise<boolean> }>> = {
  vitals: () => import('./vitals.ts'),
  photo: () => import('./photo.ts'),
  beside: () => import('./beside.ts'),
  save: () => import('./save.ts'),
  apply: () => import('./apply.ts'),
  kiosks: () => import('./kiosks.ts'),
  backlog: () => import('./backlog.ts'),
};

export async function bench(wanted: readonly string[]): Promise<boolean> {
  const unknown = wanted.find(name => !Object.hasOwn(PARTS, name));
  if (unknown !== undefined) {
    console.error(`Which part? ${Object.keys(PARTS).join(', ')}`);
    return false;
  }
  let met = true;
  for (const [name, load] of Object.entries(PARTS)) {
    if (wanted.length > 0 && !wanted.includes(name)) continue;
    const part = await load();
    met = (await part.bench()) && met;
  }
  return met;
}
