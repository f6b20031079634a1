import { type Operation } from '@shimabashi/contracts';
import { type Json, objects, texts } from './json.ts';

/**
 * The texts that a Patient is found by, each once, made equal by `searchable`: every name in every
 * form (kanji, kana, Latin), family name first and given name first, the birth date with and
 * without hyphens, and every identifier.
 */
export function patientTerms(resource: Operation['resource']): readonly string[] {
  const birthDates = texts(resource['birthDate']);
  const terms = [
    ...objects(resource['name']).flatMap(nameForms),
    ...birthDates,
    ...birthDates.map(date => date.replaceAll('-', '')),
    ...objects(resource['identifier']).flatMap(identifier => texts(identifier['value'])),
  ];
  return [...new Set(terms.map(searchable).filter(term => term !== ''))];
}

/**
 * A text as it is compared: width and compatibility forms made equal (NFKC), hiragana as katakana,
 * Latin letters in lower case, no white space. ﾔﾏﾀﾞ, やまだ and ヤマダ are one reading.
 */
export function searchable(text: string): string {
  return text
    .normalize('NFKC')
    .toLowerCase()
    .replaceAll(/\s+/gu, '')
    .replaceAll(HIRAGANA, letter => String.fromCodePoint(letter.codePointAt(0)! + KATAKANA_OFFSET));
}

/** Latin names are typed in either order: Yamada Hanako, Hanako Yamada. */
function nameForms(name: Json): readonly string[] {
  const family = texts(name['family']).join('');
  const given = texts(name['given']).join('');
  return [...texts(name['text']), `${family}${given}`, `${given}${family}`];
}

/** ぁ (U+3041) to ゖ (U+3096), and the iteration marks ゝ and ゞ, have a katakana twin 0x60 above. */
const HIRAGANA = /[\u3041-\u3096\u309D\u309E]/gu;
const KATAKANA_OFFSET = 0x60;
