import fc from 'fast-check';
import { AbsentReason, Parameter, PhotoContentType, PhotoSource, QualityFlag } from '@shimabashi/contracts';
import { type AllergyInput } from '../allergy.ts';
import { type Bilingual } from '../bilingual.ts';
import { type DecisionInput } from '../decision.ts';
import { type ConsultInput, type EncounterInput } from '../encounter.ts';
import { type NoteInput } from '../note.ts';
import { type ObservationInput } from '../observation.ts';
import { type PatientInput } from '../patient.ts';
import { type PhotoBytes, type PhotoInput } from '../photo.ts';

/** Anything that our builders may be given: for the laws that hold for all of it. */
export const anyId = fc.stringMatching(/^[A-Za-z0-9\-.]{1,64}$/);

const word = fc.string({
  unit: fc.constantFrom('浜', '田', 'フ', 'ミ', 'は', 'な', 'A', 'z', '0', 'ー'),
  minLength: 1,
  maxLength: 12,
});
const anyText = fc
  .string({ unit: 'grapheme', minLength: 1, maxLength: 40 })
  .filter(text => text.trim() !== '' && /^[\r\n\t\u0020-\uFFFF]+$/.test(text));
const anyMomentMs = fc.integer({ min: 0, max: 4_102_444_800_000 });
const anyDate = fc
  .tuple(
    fc.integer({ min: 1900, max: 2030 }),
    fc.integer({ min: 1, max: 12 }),
    fc.integer({ min: 1, max: 28 }),
  )
  .map(([year, month, day]) => `${year}-${String(month).padStart(2, '0')}-${String(day).padStart(2, '0')}`);
const anyBilingual: fc.Arbitrary<Bilingual> = fc.record({
  text: anyText,
  latin: fc.oneof(fc.constant(''), anyText),
});
const anyName = fc.record({ family: word, given: word });
const orNull = <Value>(value: fc.Arbitrary<Value>) => fc.option(value, { nil: null });

export const anyPatientInput: fc.Arbitrary<PatientInput> = fc.record({
  patientId: anyId,
  names: fc.record({ kanji: anyName, kana: orNull(anyName), latin: orNull(anyName) }),
  birthDate: anyDate,
  gender: fc.constantFrom('male', 'female', 'other', 'unknown'),
  cardNumber: orNull(word),
  clinicId: anyId,
});

export const anyAllergyInput: fc.Arbitrary<AllergyInput> = fc.record({
  allergyId: anyId,
  patientId: anyId,
  allergy: fc.oneof(
    fc.constant({ kind: 'none-known' as const }),
    fc.record({
      kind: fc.constant('allergy' as const),
      substance: anyBilingual,
      reaction: orNull(anyBilingual),
      severe: fc.boolean(),
    }),
  ),
  recordedOn: anyDate,
  recorderId: orNull(anyId),
});

export const anyEncounterInput: fc.Arbitrary<EncounterInput> = fc.record({
  encounterId: anyId,
  patientId: anyId,
  clinicId: anyId,
  status: fc.constantFrom('planned', 'arrived', 'in-progress', 'finished'),
  plannedAtMs: orNull(anyMomentMs),
  arrivedAtMs: orNull(anyMomentMs),
  startedAtMs: orNull(anyMomentMs),
  finishedAtMs: fc.constant(null),
  reason: orNull(anyBilingual),
});

export const anyObservationInput: fc.Arbitrary<ObservationInput> = fc.record({
  observationId: anyId,
  patientId: anyId,
  encounterId: orNull(anyId),
  parameter: fc.constantFrom(...Parameter.options),
  measured: fc.oneof(
    fc.record({
      status: fc.constant('measured' as const),
      value: fc.integer({ min: -10_000, max: 10_000 }).map(tenths => tenths / 10),
    }),
    fc.record({ status: fc.constant('absent' as const), reason: fc.constantFrom(...AbsentReason.options) }),
  ),
  effectiveAtMs: anyMomentMs,
  performerId: anyId,
  source: fc.oneof(
    fc.record({
      method: fc.constant('device' as const),
      device: fc.record({ id: fc.stringMatching(/^[A-Za-z0-9._:-]{1,64}$/), name: orNull(word) }),
      quality: fc.uniqueArray(fc.constantFrom(...QualityFlag.options)),
      sampleId: fc.stringMatching(/^[A-Za-z0-9:-]{1,40}$/),
      rawHex: fc.stringMatching(/^([0-9a-f]{2}){0,20}$/),
      deviceTime: orNull(fc.constant('2026-11-22T09:05:00')),
    }),
    fc.record({ method: fc.constant('by-hand' as const), reason: anyText }),
  ),
});

const anyPhotoBytes: fc.Arbitrary<PhotoBytes> = fc.record({
  contentType: fc.constantFrom(...PhotoContentType.options),
  sizeBytes: fc.integer({ min: 1, max: 8_388_608 }),
  sha256: fc.stringMatching(/^[0-9a-f]{64}$/),
  sha1Base64: fc.stringMatching(/^[A-Za-z0-9+/]{27}=$/),
});
const anyPixels = fc.integer({ min: 1, max: 65_535 });

export const anyPhotoInput: fc.Arbitrary<PhotoInput> = fc.record({
  photoId: anyId,
  patientId: anyId,
  encounterId: anyId,
  takenAtMs: anyMomentMs,
  savedAtMs: anyMomentMs,
  authorId: anyId,
  camera: fc.constantFrom(...PhotoSource.options),
  full: fc.boolean(),
  original: fc
    .tuple(anyPhotoBytes, anyPixels, anyPixels)
    .map(([bytes, widthPx, heightPx]) => ({ ...bytes, widthPx, heightPx })),
  thumbnail: anyPhotoBytes,
});

const anyStaff = fc.record({
  practitionerId: anyId,
  name: word,
  nameLatin: word,
  role: fc.constantFrom('nurse' as const, 'doctor' as const),
});

export const anyConsultInput: fc.Arbitrary<ConsultInput> = fc.record({
  consultId: anyId,
  patientId: anyId,
  visitId: orNull(anyId),
  clinicId: anyId,
  startedAtMs: anyMomentMs,
  endedAtMs: orNull(anyMomentMs),
  participants: fc.array(fc.record({ staff: anyStaff, fromMs: anyMomentMs, untilMs: orNull(anyMomentMs) }), {
    maxLength: 3,
  }),
});

/** Text as somebody types it, with several lines and what XHTML has a meaning for. */
const anyTyped = fc
  .string({ unit: fc.oneof(fc.constantFrom('\n', '<', '>', '&', '"', "'", ' ', '\t', '。', '咳'), word) })
  .map(text => text.slice(0, 4_000));

export const anyNoteInput: fc.Arbitrary<NoteInput> = fc.record({
  noteId: anyId,
  patientId: anyId,
  encounterId: anyId,
  clinicId: anyId,
  authorId: anyId,
  writtenAtMs: anyMomentMs,
  status: fc.constantFrom('preliminary', 'final'),
  sections: fc.record({
    subjective: anyTyped,
    objective: anyTyped,
    assessment: anyTyped,
    plan: anyTyped,
  }),
});

const anySentence = anyText.map(text => text.trim());
const anyReasons = { reason: anySentence, whenWorse: anySentence };

export const anyDecisionInput: fc.Arbitrary<DecisionInput> = fc.record({
  decisionId: anyId,
  patientId: anyId,
  encounterId: anyId,
  authorId: anyId,
  decidedAtMs: anyMomentMs,
  decision: fc.oneof(
    fc.record({ kind: fc.constant('online' as const), ...anyReasons }),
    fc.record({ kind: fc.constant('in-person' as const), byDate: anyDate, ...anyReasons }),
    fc.record({ kind: fc.constant('transfer' as const), to: anySentence, ...anyReasons }),
  ),
});
