import { type PatientFacts } from '@shimabashi/clinical';
import { type Clinic, type StaffMember } from '@shimabashi/contracts';
import { type AppLocale } from '@shimabashi/ui';

/** A person's name as this language writes it first, and the other writing beside it. */
export interface ShownName {
  readonly main: string;
  readonly beside: string;
}

export function patientName(patient: PatientFacts, locale: AppLocale): ShownName {
  return locale === 'en' && patient.latin !== ''
    ? { main: patient.latin, beside: patient.kanji }
    : { main: patient.kanji, beside: patient.kana };
}

export function staffName(staff: StaffMember, locale: AppLocale): string {
  return locale === 'en' && staff.nameLatin !== '' ? staff.nameLatin : staff.name;
}

/** The part of a name that is said in a room: 汐入, Shioiri. */
export function familyName(staff: StaffMember, locale: AppLocale): string {
  return staffName(staff, locale).split(/[ 　]/)[0] ?? '';
}

export function clinicName(clinic: Clinic, locale: AppLocale): string {
  return locale === 'en' && clinic.nameLatin !== '' ? clinic.nameLatin : clinic.name;
}

export function telephoneLabel(telephone: Clinic['telephones'][number], locale: AppLocale): string {
  return locale === 'en' && telephone.labelLatin !== '' ? telephone.labelLatin : telephone.label;
}
