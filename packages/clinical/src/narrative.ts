import type { Narrative } from '@medplum/fhirtypes';
import { objectOf, textOf } from './json.ts';

/** Plain text as FHIR keeps narrative: XHTML in which only what we put there has a meaning. */
export function narrativeOf(text: string): Narrative {
  const lines = text.split('\n').map(escaped);
  return {
    status: 'generated',
    div: `<div xmlns="http://www.w3.org/1999/xhtml">${lines.join('<br/>')}</div>`,
  };
}

/** The plain text of a narrative. Marks that are not ours are left out, their text is kept. */
export function textOfNarrative(narrative: unknown): string {
  return textOf(objectOf(narrative)['div'])
    .replaceAll(/<br\s*\/?>|<\/p>\s*(?=<p)/gi, '\n')
    .replaceAll(/<[^>]*>/g, '')
    .replaceAll(/&(?:lt|gt|quot|apos|amp|#39|#13);/g, entity => ENTITIES[entity] ?? entity);
}

const ENTITIES: Readonly<Record<string, string>> = {
  '&lt;': '<',
  '&gt;': '>',
  '&quot;': '"',
  '&apos;': "'",
  '&#39;': "'",
  '&#13;': '\r',
  '&amp;': '&',
};

function escaped(line: string): string {
  return line
    .replaceAll('&', '&amp;')
    .replaceAll('<', '&lt;')
    .replaceAll('>', '&gt;')
    .replaceAll('\r', '&#13;');
}
