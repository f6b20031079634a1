export * from './facts.ts';
export * from './codes.ts';
export * from './fhir-time.ts';
export { type Bilingual } from './bilingual.ts';
export { type Built } from './built.ts';
export * from './patient.ts';
export * from './allergy.ts';
export * from './edit.ts';
export * from './encounter.ts';
export * from './observation.ts';
export * from './note.ts';
export * from './decision.ts';
export { buildPhoto, photoContentTypeOf, type PhotoBytes, pictureNamed, readPhoto } from './photo.ts';
export * from './vital-range.ts';
export { type AlarmFacts, buildAlarm, readAlarm } from './alarm/alarm-record.ts';
export { alarmIdText, uuidOfDigest } from './alarm/alarm-id.ts';
export {
  type Episode,
  type EpisodeEvent,
  isPaused,
  isSounding,
  nextEpisode,
  noEpisode,
  resumedEpisode,
  type WatchedRule,
} from './alarm/episode.ts';
export { type SoundFigure, type SoundName, soundOf, SOUNDS, waveOf } from './alarm/figure.ts';
export { ALARM_RULES, type AlarmRuleId } from './alarm/rules.ts';
export { buildAlertAnswer, readAlertAnswer } from './alarm/alert-answer.ts';
