import {
  type AbsentReason,
  type Decision,
  type NoteSections,
  type Parameter,
  type PhotoContentType,
  type PhotoSource,
  type QualityFlag,
} from '@shimabashi/contracts';

/** What screens need of a Patient. */
export interface PatientFacts {
  readonly patientId: string;
  readonly kanji: string;
  /** Katakana. Empty if not recorded. */
  readonly kana: string;
  readonly latin: string;
  /** YYYY-MM-DD; shorter if only the year or month is known, empty if not recorded. */
  readonly birthDate: string;
  readonly gender: 'male' | 'female' | 'other' | 'unknown';
  /** Number of the clinic's card (診察券). */
  readonly cardNumber: string | null;
}

/** What the banner needs of an AllergyIntolerance. "None" is a record of its own (`none-known`). */
export interface AllergyFacts {
  readonly kind: 'allergy' | 'none-known';
  readonly substance: string;
  readonly substanceLatin: string;
  readonly reaction: string;
  readonly reactionLatin: string;
  readonly severe: boolean;
  /** When it was recorded or asked, YYYY-MM-DD, or null. */
  readonly recordedOn: string | null;
  /** False once it is resolved, refuted or was entered in error: not for the banner. */
  readonly active: boolean;
}

/** What screens need of an Observation of one parameter. */
export interface ObservationFacts {
  readonly observationId: string;
  readonly patientId: string;
  readonly encounterId: string | null;
  /** Null for a code that we do not know: shown by its text, never dropped. */
  readonly parameter: Parameter | null;
  readonly codeText: string;
  readonly value: number | null;
  readonly absentReason: AbsentReason | null;
  readonly unit: string;
  readonly effectiveAtMs: number;
  readonly method: 'device' | 'by-hand';
  readonly deviceId: string | null;
  /** What people call the device; null where nobody wrote it down. */
  readonly deviceName: string | null;
  readonly performerId: string | null;
  readonly quality: readonly QualityFlag[];
  /** Why it was entered by hand. */
  readonly reason: string | null;
  /** Entered in error or cancelled: there is no value to show then. */
  readonly retracted: boolean;
}

export interface EncounterFacts {
  readonly encounterId: string;
  readonly patientId: string;
  readonly status: 'planned' | 'arrived' | 'in-progress' | 'finished' | 'other';
  readonly plannedAtMs: number | null;
  readonly arrivedAtMs: number | null;
  readonly startedAtMs: number | null;
  readonly reason: string;
  readonly reasonLatin: string;
  /** A consult is a call within a visit: not for lists of visits. */
  readonly kind: 'visit' | 'consult';
  readonly finishedAtMs: number | null;
}

/** What screens need of a Composition that is a doctor's note. */
export interface NoteFacts {
  readonly noteId: string;
  readonly patientId: string;
  readonly encounterId: string | null;
  /** Null where it is not named as we name it. */
  readonly authorId: string | null;
  /** `preliminary` is a draft; `other` is not to be shown as a note. */
  readonly status: 'preliminary' | 'final' | 'other';
  readonly writtenAtMs: number | null;
  readonly sections: NoteSections;
}

/** What screens need of a ClinicalImpression that is a visit's decision. */
export interface DecisionFacts {
  readonly decisionId: string;
  readonly patientId: string;
  readonly encounterId: string | null;
  readonly authorId: string | null;
  readonly decidedAtMs: number | null;
  readonly decision: Decision;
}

/** One rendition of a photograph: what its bytes are, not the bytes. */
export interface PhotoPicture {
  /** Lower-case hexadecimal digits. */
  readonly sha256: string;
  readonly contentType: PhotoContentType;
  readonly sizeBytes: number;
}

/** What screens need of a DocumentReference that is a photograph. */
export interface PhotoFacts {
  readonly photoId: string;
  readonly patientId: string;
  readonly encounterId: string | null;
  /** Null where nobody wrote it down. */
  readonly takenAtMs: number | null;
  readonly authorId: string | null;
  readonly camera: PhotoSource | null;
  /** Everything that the sensor sees; false for a frame of a video, or when it is not known. */
  readonly full: boolean;
  readonly widthPx: number | null;
  readonly heightPx: number | null;
  readonly original: PhotoPicture;
  readonly thumbnail: PhotoPicture | null;
  /** Entered in error: not to be shown as this patient's. */
  readonly retracted: boolean;
}
