import type { Composition, CompositionSection } from '@medplum/fhirtypes';
import { type NoteSections, type ResourceEnvelope } from '@shimabashi/contracts';
import { type Built, built } from './built.ts';
import { CONSULT_NOTE, NOTE_SECTION, SYSTEM } from './codes.ts';
import { type NoteFacts } from './facts.ts';
import { epochMsOf, instantOf } from './fhir-time.ts';
import { codesOf, invalid, listOf, referencedId, requireType, textOf } from './json.ts';
import { narrativeOf, textOfNarrative } from './narrative.ts';
import { patientIdOf } from './patient.ts';

export interface NoteInput {
  readonly noteId: string;
  readonly patientId: string;
  readonly encounterId: string;
  readonly clinicId: string;
  readonly authorId: string;
  readonly writtenAtMs: number;
  /** A draft is `preliminary`, a signed note `final`. */
  readonly status: 'preliminary' | 'final';
  readonly sections: NoteSections;
}

const SECTIONS = Object.keys(NOTE_SECTION) as (keyof NoteSections)[];

/** A doctor's note. A section without text is left out: FHIR has no empty narrative (R4, txt-2). */
export function buildNote(input: NoteInput): Built<Composition> {
  const section = SECTIONS.filter(name => input.sections[name].trim() !== '').map(name =>
    sectionOf(name, input.sections[name]),
  );
  return built<Composition>({
    resourceType: 'Composition',
    id: input.noteId,
    status: input.status,
    type: { coding: [{ system: SYSTEM.loinc, code: CONSULT_NOTE, display: 'Consult note' }] },
    subject: { reference: `Patient/${input.patientId}` },
    encounter: { reference: `Encounter/${input.encounterId}` },
    date: instantOf(input.writtenAtMs),
    author: [{ reference: `Practitioner/${input.authorId}` }],
    title: '診察記録',
    custodian: { reference: `Organization/${input.clinicId}` },
    ...(section.length === 0 ? {} : { section }),
  });
}

function sectionOf(name: keyof NoteSections, text: string): CompositionSection {
  const { code, title } = NOTE_SECTION[name];
  return { title, code: { coding: [{ system: SYSTEM.loinc, code }] }, text: narrativeOf(text) };
}

/** Whether a resource is a doctor's note of a consult. */
export function isNote(resource: ResourceEnvelope): boolean {
  return (
    resource.resourceType === 'Composition' && codesOf(resource['type'], SYSTEM.loinc).includes(CONSULT_NOTE)
  );
}

/**
 * What screens need of a doctor's note.
 *
 * @throws AppError `RESOURCE_INVALID` when it is no Composition or names no patient.
 */
export function readNote(resource: ResourceEnvelope): NoteFacts {
  const composition = requireType(resource, 'Composition');
  const patientId = patientIdOf(resource);
  if (patientId === null) throw invalid('Composition.subject');
  const status = composition['status'];
  const text = (name: keyof NoteSections): string => {
    const found = listOf(composition['section']).find(section =>
      codesOf(section['code'], SYSTEM.loinc).includes(NOTE_SECTION[name].code),
    );
    return textOfNarrative(found?.['text']);
  };
  return {
    noteId: resource.id,
    patientId,
    encounterId: referencedId(composition['encounter'], 'Encounter'),
    authorId: referencedId(listOf(composition['author'])[0], 'Practitioner'),
    status: status === 'preliminary' || status === 'final' ? status : 'other',
    writtenAtMs: epochMsOf(textOf(composition['date'])) ?? null,
    sections: {
      subjective: text('subjective'),
      objective: text('objective'),
      assessment: text('assessment'),
      plan: text('plan'),
    },
  };
}
