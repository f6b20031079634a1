import { type PatientFacts } from '@shimabashi/clinical';

/**
 * Whether a patient fits what was typed: every word of it must be found in the name (kanji), its
 * reading (katakana, hiragana or Latin letters, in either order), the birth date (any usual
 * writing, era included) or the card number.
 */
export function fitsSearch(facts: PatientFacts, text: string): boolean {
  const words = fold(text).split(' ').filter(Boolean);
  if (words.length === 0) return true;
  const haystacks = [
    ...[facts.kanji, facts.kana, facts.latin].flatMap(name => [joined(name), joined(reversed(name))]),
    ...birthDateWritings(facts.birthDate),
    ...(facts.cardNumber === null ? [] : [fold(facts.cardNumber), digitsOf(facts.cardNumber)]),
  ];
  return words.every(word => haystacks.some(haystack => haystack.includes(word)));
}

/** One form for all writings: wide and half-width, hiragana and katakana, cases, spaces. */
function fold(text: string): string {
  return text
    .normalize('NFKC')
    .toLowerCase()
    .replace(/[\u3041-\u3096]/g, kana => String.fromCharCode(kana.charCodeAt(0) + KATAKANA_AHEAD))
    .replace(/[\s・,、]+/g, ' ')
    .trim();
}
/** Hiragana and katakana stand in the same order in Unicode, this far apart. */
const KATAKANA_AHEAD = 0x60;

function joined(name: string): string {
  return fold(name).replaceAll(' ', '');
}

function reversed(name: string): string {
  return fold(name).split(' ').toReversed().join(' ');
}

function digitsOf(text: string): string {
  return fold(text).replace(/\D/g, '');
}

/** `1945-05-03`, `1945/5/3`, `19450503`, `昭和20年5月3日`, `s20.5.3`. */
function birthDateWritings(birthDate: string): readonly string[] {
  const [year, month, day] = birthDate.split('-');
  if (year === undefined || month === undefined || day === undefined) return [birthDate];
  const western = [Number(year), Number(month), Number(day)];
  const noon = new Date(`${birthDate}T12:00:00Z`);
  const writings = [
    birthDate,
    `${year}${month}${day}`,
    western.join('/'),
    western.join('.'),
    western.join('-'),
  ];
  if (Number.isNaN(noon.getTime())) return writings;
  const part = (style: 'long' | 'narrow', type: 'era' | 'year') =>
    ERA[style].formatToParts(noon).find(each => each.type === type)?.value ?? '';
  const rest = `${Number(month)}月${Number(day)}日`;
  const eraYear = part('long', 'year');
  const eraYearNumber = eraYear === '元' ? '1' : eraYear;
  const short = part('narrow', 'era').toLowerCase();
  return [
    ...writings,
    fold(`${part('long', 'era')}${eraYear}年${rest}`),
    fold(`${part('long', 'era')}${eraYearNumber}年${rest}`),
    ...['.', '/', '-'].map(mark => `${short}${[eraYearNumber, Number(month), Number(day)].join(mark)}`),
  ];
}

const ERA = {
  long: eraFormat('long'),
  narrow: eraFormat('narrow'),
};
function eraFormat(era: 'long' | 'narrow'): Intl.DateTimeFormat {
  return new Intl.DateTimeFormat('ja-JP-u-ca-japanese', { era, year: 'numeric', timeZone: 'UTC' });
}
