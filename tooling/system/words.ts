import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { root } from '../paths.ts';

export type Language = 'ja' | 'en';

const CATALOGS = [
  'packages/ui/src/locales',
  'apps/kiosk/src/renderer/locales',
  'apps/doctor-console/src/locales',
];

/**
 * The words of the screens, for whoever looks for them on a page: Japanese as in the source, English
 * out of the catalogs, so that both languages are driven by the same script.
 */
export function wordsOf(language: Language): (japanese: string) => string {
  if (language === 'ja') return japanese => japanese;
  const english = new Map(CATALOGS.flatMap(folder => readCatalog(join(root, folder, 'en.po'))));
  return japanese => {
    const words = english.get(japanese);
    if (words === undefined || words === '') throw new Error(`There is no English for ${japanese}`);
    return words;
  };
}

/** Messages of a catalog: its `msgid` and `msgstr`, long ones over several lines. */
function readCatalog(file: string): [string, string][] {
  const entry = /^msgid ((?:"(?:[^"\\]|\\.)*"\s*)+)msgstr ((?:"(?:[^"\\]|\\.)*"\s*)+)/gm;
  return [...readFileSync(file, 'utf8').matchAll(entry)].map(([, id, text]) => [joined(id!), joined(text!)]);
}

function joined(quoted: string): string {
  return [...quoted.matchAll(/"(?:[^"\\]|\\.)*"/g)].map(([part]) => JSON.parse(part) as string).join('');
}
