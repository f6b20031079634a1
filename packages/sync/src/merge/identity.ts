import { field, objects, texts } from '../search/json.ts';
import { canonical } from './json-value.ts';

/** What an item of a list is, apart from what is said of it. */
export interface ItemIdentity {
  readonly key: string;
  /** False when there is nothing to know it by but all of its content. */
  readonly isNamed: boolean;
}

/**
 * By what an item of a FHIR list is the same item in two versions: its element id, the URL of an
 * extension, what a reference points to, a code, or the system and use of an identifier, a name, an
 * address or a telephone. Without any of these it is known by its whole content.
 */
export function identityOf(item: unknown): ItemIdentity {
  const name =
    textAt(item, 'id') ??
    textAt(item, 'url') ??
    referenceOf(item) ??
    codeOf(item) ??
    codeOf(field(item, 'code')) ??
    codeOf(field(item, 'type')) ??
    systemOf(item) ??
    useOf(item);
  return name === undefined ? { key: canonical(item), isNamed: false } : { key: name, isNamed: true };
}

function textAt(item: unknown, name: string): string | undefined {
  const text = field(item, name);
  return typeof text === 'string' ? `${name} ${text}` : undefined;
}

/** Of a Reference itself, or of an element that is there for the sake of one. */
function referenceOf(item: unknown): string | undefined {
  const holders = [item, ...REFERENCE_FIELDS.map(name => field(item, name))];
  return holders.map(holder => textAt(holder, 'reference')).find(text => text !== undefined);
}

/** `Encounter.participant`, `.location`, `.diagnosis`, `CarePlan.activity`, `CareTeam.participant`. */
const REFERENCE_FIELDS = ['individual', 'location', 'condition', 'reference', 'member', 'actor'] as const;

function codeOf(concept: unknown): string | undefined {
  const [coding] = objects(field(concept, 'coding'));
  const code = texts(coding?.['code'])[0];
  return code === undefined ? undefined : `code ${texts(coding?.['system'])[0] ?? ''} ${code}`;
}

/** An Identifier or a ContactPoint: its value is what is said of it. */
function systemOf(item: unknown): string | undefined {
  const system = textAt(item, 'system');
  if (system === undefined || field(item, 'value') === undefined) return undefined;
  return `${system} ${textAt(item, 'use') ?? ''}`;
}

/** A HumanName or an Address. A Japanese name is one name in several scripts, each an item. */
function useOf(item: unknown): string | undefined {
  const script = objects(field(item, 'extension'))
    .filter(extension => extension['url'] === NAME_REPRESENTATION)
    .flatMap(extension => texts(extension['valueCode']))[0];
  const use = textAt(item, 'use');
  if (use === undefined && script === undefined) return undefined;
  return `${use ?? ''} ${script ?? ''}`;
}

/** JP Core, JP_HumanName: IDE (kanji), SYL (kana) or ABC (Latin). */
const NAME_REPRESENTATION = 'http://hl7.org/fhir/StructureDefinition/iso21090-EN-representation';
