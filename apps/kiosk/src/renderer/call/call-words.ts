import { type I18n, type MessageDescriptor } from '@lingui/core';
import { msg } from '@lingui/core/macro';
import { type Call, type DeclineReason } from '@shimabashi/contracts';
import { type LinkQuality, type LocalState } from '@shimabashi/call';

/** Why somebody did not take the call, as it is told to the nurse who called. */
const DECLINED: Readonly<Record<DeclineReason, MessageDescriptor>> = {
  'with-a-patient': msg`ほかの患者さんを診ています`,
  'not-now': msg`いまは出られません`,
  'by-telephone': msg`電話で話したいそうです。電話をかけてください`,
  'wrong-patient': msg`担当の患者さんではないそうです`,
};

export function declinedWords(i18n: I18n, reason: DeclineReason): string {
  return i18n._(DECLINED[reason]);
}

/** The reasons that a nurse may give, in her own words. */
export const NURSE_REASONS: readonly { readonly reason: DeclineReason; readonly words: MessageDescriptor }[] =
  [
    { reason: 'with-a-patient', words: msg`処置中です` },
    { reason: 'not-now', words: msg`いまは手が離せません` },
    { reason: 'by-telephone', words: msg`電話で話したい` },
    { reason: 'wrong-patient', words: msg`患者さんがちがいます` },
  ];

/** What became of a call, in one sentence. `what` is what is so, `toDo` what the nurse may do. */
export function endedWords(i18n: I18n, call: Call, doctor: string): { what: string; toDo: string | null } {
  const { end } = call;
  const fromHere = call.direction === 'to-doctor';
  switch (end?.reason) {
    case 'declined': {
      const because = end.declinedBecause === null ? '' : declinedWords(i18n, end.declinedBecause);
      return fromHere
        ? { what: i18n._(msg`先生は出られません`), toDo: because }
        : { what: i18n._(msg`出られないと伝えました`), toDo: null };
    }
    case 'no-answer':
      return fromHere
        ? { what: i18n._(msg`だれも出ませんでした`), toDo: i18n._(msg`電話をかけてください`) }
        : { what: i18n._(msg`${doctor}先生の呼び出しに出られませんでした`), toDo: null };
    case 'cancelled':
      return fromHere
        ? { what: i18n._(msg`呼び出しをやめました`), toDo: null }
        : { what: i18n._(msg`${doctor}先生が呼び出しをやめました`), toDo: null };
    case 'closed':
      return { what: i18n._(msg`診察が終わりました`), toDo: null };
    case 'lost':
      return { what: i18n._(msg`通話が切れました`), toDo: i18n._(msg`もう一度呼ぶか、電話をかけてください`) };
    case 'hung-up':
    case undefined:
      return { what: i18n._(msg`通話を終えました`), toDo: null };
  }
}

/** Whether the nurse has to know, and do something else: it then stays until she has read it. */
export function endsBadly(call: Call): boolean {
  const reason = call.end?.reason;
  if (reason === 'lost') return true;
  return call.direction === 'to-doctor' && (reason === 'declined' || reason === 'no-answer');
}

/** Which of the ladder's four steps is reached: picture, still, sound, telephone. */
export function ladderStep(quality: LinkQuality | null): 0 | 1 | 2 | 3 {
  switch (quality?.step) {
    case undefined:
    case 'good':
    case 'reduced':
      return 0;
    case 'stills':
      return 1;
    case 'audio':
      return 2;
    case 'lost':
      return 3;
  }
}

const STEP_WORDS: Readonly<Record<LinkQuality['step'], MessageDescriptor>> = {
  good: msg`映像も声も届いています`,
  reduced: msg`画質を下げています`,
  stills: msg`声を先に送っています`,
  audio: msg`声だけです`,
  lost: msg`届いていません`,
};

/** One sentence about the line, and whose it is. */
export function linkWords(i18n: I18n, quality: LinkQuality | null): { what: string; whose: string | null } {
  if (quality === null) return { what: i18n._(msg`つないでいます`), whose: null };
  const what = i18n._(STEP_WORDS[quality.step]);
  if (quality.side === 'ours') return { what, whose: i18n._(msg`こちらの回線が弱い`) };
  if (quality.side === 'theirs') return { what, whose: i18n._(msg`先生の回線が弱い`) };
  return { what, whose: null };
}

const LOCAL: Readonly<Record<Exclude<LocalState, 'on'>, MessageDescriptor>> = {
  asking: msg`開いています`,
  denied: msg`使うことが許されていません`,
  missing: msg`カメラがありません`,
  lost: msg`抜けています。差し直してください`,
  busy: msg`ほかの画面が使っています`,
};

/** What is so with a camera of ours, or null when it runs. */
export function cameraWords(i18n: I18n, state: LocalState | undefined): string | null {
  if (state === 'on') return null;
  return i18n._(LOCAL[state ?? 'asking']);
}
