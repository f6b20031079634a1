import type { Element, Extension } from '@medplum/fhirtypes';
import { EXTENSION } from './codes.ts';
import { type JsonObject, listOf, objectOf, textOf } from './json.ts';

/** A text as it was written, and its English where there is one (else empty). */
export interface Bilingual {
  readonly text: string;
  readonly latin: string;
}

/**
 * The field `text` with its English beside it, as FHIR keeps translations: an extension on the
 * primitive, in the field with the underscore (FHIR R4, JSON format, 2.6.2.3).
 */
export function bilingualText(value: Bilingual): { text: string; _text?: Element } {
  if (value.latin === '') return { text: value.text };
  return { text: value.text, _text: { extension: [english(value.latin)] } };
}

/** Reads what `bilingualText` wrote. */
export function readBilingual(parent: JsonObject): Bilingual {
  const translations = listOf(objectOf(parent['_text'])['extension'])
    .filter(extension => extension['url'] === EXTENSION.translation)
    .map(extension => listOf(extension['extension']));
  const found = translations.find(parts =>
    parts.some(part => part['url'] === 'lang' && /^en\b/.test(textOf(part['valueCode']))),
  );
  const content = found?.find(part => part['url'] === 'content');
  return {
    text: textOf(parent['text']),
    latin: textOf(content?.['valueString']) || textOf(content?.['valueMarkdown']),
  };
}

function english(content: string): Extension {
  return {
    url: EXTENSION.translation,
    extension: [
      { url: 'lang', valueCode: 'en' },
      { url: 'content', valueString: content },
    ],
  };
}
