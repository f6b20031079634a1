/** The layers of the on-screen keyboard. */
export const LAYERS = ['kana', 'digits', 'latin'] as const;
export type Layer = (typeof LAYERS)[number];

/**
 * The fifty sounds as a chart on a wall has them: あ at the right, a column for each row of the table.
 * Empty places stay empty, so that each sound has its place.
 */
const KANA_COLUMNS = [
  'わ をんー',
  'らりるれろ',
  'や ゆ よ',
  'まみむめも',
  'はひふへほ',
  'なにぬねの',
  'たちつてと',
  'さしすせそ',
  'かきくけこ',
  'あいうえお',
];
const DIGIT_COLUMNS = ['147-', '2580', '369 '];
const LATIN_COLUMNS = ['AKU', 'BLV', 'CMW', 'DNX', 'EOY', 'FPZ', 'GQ ', 'HR-', 'IS ', 'JT '];

/** Columns of keys from left to right, each from top to bottom; a space is an empty place. */
export const KEY_COLUMNS: Readonly<Record<Layer, readonly (readonly string[])[]>> = {
  kana: KANA_COLUMNS.map(column => Array.from(column)),
  digits: DIGIT_COLUMNS.map(column => Array.from(column)),
  latin: LATIN_COLUMNS.map(column => Array.from(column)),
};

const PLAIN = 'かきくけこさしすせそたちつてとはひふへほ';
const VOICED = 'がぎぐげござじずぜぞだぢづでどばびぶべぼ';
const HALF_PLAIN = 'はひふへほ';
const HALF_VOICED = 'ぱぴぷぺぽ';
const LARGE = 'あいうえおつやゆよわ';
const SMALL = 'ぁぃぅぇぉっゃゅょゎ';

/** The marks that change the last sound: pressed again, they take it back. */
export type KanaMark = 'voiced' | 'half-voiced' | 'small';
const MARKS: Readonly<Record<KanaMark, readonly [from: string, to: string]>> = {
  voiced: [PLAIN, VOICED],
  'half-voiced': [HALF_PLAIN, HALF_VOICED],
  small: [LARGE, SMALL],
};

/** Longest text that a search takes. Source: contracts, `patients.find`. */
export const SEARCH_CHARACTERS_MAX = 80;

/** The text after one key. */
export function pressKey(text: string, key: string): string {
  return text.length + key.length <= SEARCH_CHARACTERS_MAX ? text + key : text;
}

/** The text with its last sound changed: か゛→ が, は゜→ ぱ, つ → っ. Other sounds stay as they are. */
export function pressMark(text: string, mark: KanaMark): string {
  const last = text.slice(-1);
  const plain = plainSound(last);
  const [from, to] = MARKS[mark];
  const place = from.indexOf(plain);
  if (last === '' || place < 0) return text;
  const changed = to.charAt(place);
  return text.slice(0, -1) + (last === changed ? plain : changed);
}

/** The sound without any mark: ぱ and ば are は. */
function plainSound(sound: string): string {
  for (const [from, to] of Object.values(MARKS)) {
    const place = to.indexOf(sound);
    if (sound !== '' && place >= 0) return from.charAt(place);
  }
  return sound;
}

export function pressDelete(text: string): string {
  return text.slice(0, -1);
}
