import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { root } from './paths.ts';
import { run } from './steps.ts';

const CATALOGS = [
  'packages/ui/src/locales',
  'apps/kiosk/src/renderer/locales',
  'apps/doctor-console/src/locales',
].map(folder => join(root, folder));

const files = CATALOGS.flatMap(folder => ['ja', 'en'].map(locale => join(folder, `${locale}.po`)));
const read = (): string[] => files.map(file => readFileSync(file, 'utf8'));

/** Messages of a catalog that have no text. The header is the message without an id. */
function untranslated(po: string): string[] {
  return po
    .split(/\n\s*\n/)
    .filter(
      entry =>
        /^msgid "(?!"$)|^msgid ""\n"/m.test(entry) &&
        /^msgstr ""(?!\n")/m.test(entry) &&
        !entry.includes('Content-Type'),
    )
    .map(entry => /^msgid (.*)$/m.exec(entry)?.[1] ?? '');
}

/** Refuses texts that are not in the catalogs yet, and English that is missing. */
const before = read();
const extracted = await run(['lingui', 'extract', '--clean']);
const after = read();
const changed = files.filter((_file, index) => strip(before[index]!) !== strip(after[index]!));
const gaps = files.flatMap((file, index) =>
  file.endsWith('en.po')
    ? untranslated(after[index]!).map(id => `${file.slice(root.length + 1)}: ${id}`)
    : [],
);
for (const file of changed)
  console.error(`${file.slice(root.length + 1)} was not up to date; it is now: commit it.`);
for (const gap of gaps) console.error(`No English: ${gap}`);
process.exit(extracted === 0 && changed.length === 0 && gaps.length === 0 ? 0 : 1);

function strip(po: string): string {
  return po.replace(/^"(POT-Creation-Date|PO-Revision-Date):.*$/gm, '');
}
