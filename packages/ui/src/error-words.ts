import { type I18n, type MessageDescriptor } from '@lingui/core';
import { msg } from '@lingui/core/macro';
import { type AppErrorCode } from '@shimabashi/contracts';

interface ErrorWords {
  /** What is so. */
  readonly what: MessageDescriptor;
  /** What to do, or what happens by itself. */
  readonly toDo: MessageDescriptor;
}

const ERROR_WORDS: Readonly<Record<AppErrorCode, ErrorWords>> = {
  BAD_REQUEST: {
    what: msg`この内容は受けつけられません`,
    toDo: msg`入れた内容を見直してください`,
  },
  UNKNOWN_ROW: {
    what: msg`この操作は、いまの版にありません`,
    toDo: msg`画面を開き直してください。続くときは、設備の係に電話してください`,
  },
  TOO_LARGE: { what: msg`大きすぎて受けつけられません`, toDo: msg`小さく分けて、もう一度してください` },
  DOOR_CLOSED: { what: msg`この画面の鍵が切れました`, toDo: msg`この画面を開き直してください` },
  SIGN_IN_REQUIRED: { what: msg`サインインが切れました`, toDo: msg`もう一度サインインしてください` },
  SIGN_IN_FAILED: { what: msg`番号か暗証がちがいます`, toDo: msg`もう一度入れてください` },
  TOO_MANY_ATTEMPTS: {
    what: msg`まちがいが続いたので、止めています`,
    toDo: msg`1分待ってから、もう一度入れてください`,
  },
  FORBIDDEN: { what: msg`この操作は許されていません`, toDo: msg`必要なときは、管理者に電話してください` },
  NOT_FOUND: { what: msg`見つかりません`, toDo: msg`一覧にもどって、選び直してください` },
  CONFLICT: { what: msg`ほかの人も同じところを変えました`, toDo: msg`両方を見て、決めてください` },
  RESOURCE_INVALID: {
    what: msg`記録の形が正しくありません`,
    toDo: msg`この端末に残っています。設備の係に電話してください`,
  },
  SAMPLE_EXPIRED: { what: msg`測ってから時間がたちました`, toDo: msg`もう一度測ってください` },
  SAMPLE_ABSENT: { what: msg`保存する値がありません`, toDo: msg`つけ直して、もう一度測ってください` },
  VISIT_CLOSED: { what: msg`この診察は終わっています`, toDo: msg`一覧から、もう一度開いてください` },
  PEER_OFFLINE: { what: msg`相手の端末につながりません`, toDo: msg`電話をかけてください` },
  PEER_BUSY: {
    what: msg`相手はほかの呼び出しに出ています`,
    toDo: msg`少し待って、もう一度呼んでください。急ぐときは、電話をかけてください`,
  },
  IN_CALL: { what: msg`いま通話中です`, toDo: msg`この通話を終えてから、もう一度してください` },
  NOBODY_ON_DUTY: {
    what: msg`画面の前にいる当番の先生がいません`,
    toDo: msg`電話をかけてください`,
  },
  CALL_ENDED: { what: msg`この呼び出しは終わっています`, toDo: msg`もう一度呼んでください` },
  DEVICE_FRAME_INVALID: {
    what: msg`機器からの信号が乱れています`,
    toDo: msg`コードを差し直してください`,
  },
  DEVICE_LOST: { what: msg`機器とつながりません`, toDo: msg`電源とコードを見てください` },
  SERVICE_RESTARTING: {
    what: msg`この端末の中を起動し直しています`,
    toDo: msg`数秒でもどります。そのままお待ちください`,
  },
  DISK_FULL: { what: msg`保存する場所がありません`, toDo: msg`紙に書き、設備の係に電話してください` },
  STORE_KEY_WRONG: {
    what: msg`記録の鍵が合いません`,
    toDo: msg`記録は消えていません。設備の係に電話してください`,
  },
  STORE_CORRUPT: {
    what: msg`記録のファイルが壊れています`,
    toDo: msg`紙に書き、設備の係に電話してください`,
  },
  STORE_REPAIRING: {
    what: msg`記録のファイルを作り直しています`,
    toDo: msg`数分かかります。電源を切らず、急ぐ記録は紙に書いてお待ちください`,
  },
  CONFIG_INVALID: { what: msg`設定が正しくありません`, toDo: msg`設備の係に電話してください` },
  LINK_DOWN: { what: msg`通信できません`, toDo: msg`つながるまで、自動でくり返します` },
  TIMEOUT: { what: msg`返事がありません`, toDo: msg`もう一度してください` },
  INTERNAL: {
    what: msg`思わぬことが起きました`,
    toDo: msg`もう一度してください。続くときは、設備の係に電話してください`,
  },
};

/** What is so and what to do, for every code of the table, in the language of `i18n`. */
export function errorWords(i18n: I18n, code: AppErrorCode): { readonly what: string; readonly toDo: string } {
  const words = ERROR_WORDS[code];
  return { what: i18n._(words.what), toDo: i18n._(words.toDo) };
}

/** The same for a code that came as text (a parked record, a service that ended). */
export function errorWordsOf(
  i18n: I18n,
  code: string | null,
): { readonly what: string; readonly toDo: string } {
  return errorWords(
    i18n,
    code !== null && Object.hasOwn(ERROR_WORDS, code) ? (code as AppErrorCode) : 'INTERNAL',
  );
}
