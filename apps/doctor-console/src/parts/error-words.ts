import { type I18n } from '@lingui/core';
import { msg } from '@lingui/core/macro';
import { AppError, type AppErrorCode } from '@shimabashi/contracts';
import { errorWords } from '@shimabashi/ui';

/** What is so, and what to do. Where the doctor's place asks for other words than the kiosk's. */
const CONSOLE_WORDS = {
  SIGN_IN_FAILED: {
    what: msg`職員番号か合い言葉がちがいます`,
    toDo: msg`確かめて、もう一度入れてください`,
  },
  LINK_DOWN: {
    what: msg`病院のサーバーに届きません`,
    toDo: msg`自動でくり返しています。急ぐときは、診療所に電話してください`,
  },
  TIMEOUT: {
    what: msg`病院のサーバーから返事がありません`,
    toDo: msg`自動でくり返しています。急ぐときは、診療所に電話してください`,
  },
  INTERNAL: {
    what: msg`病院のサーバーの返事を読めません`,
    toDo: msg`画面を読み込み直してください。続くときは、管理者に電話してください`,
  },
  FORBIDDEN: {
    what: msg`この記録を見ることは許されていません`,
    toDo: msg`必要なときは、管理者に電話してください`,
  },
} as const satisfies Partial<Record<AppErrorCode, object>>;

/** What a person does about a press that did not reach the hub. Reading repeats by itself. */
const PRESS_AGAIN = msg`少し待って、もう一度押してください`;

/** `repeats`: whether the page itself goes on trying. */
export function consoleErrorWords(
  i18n: I18n,
  error: unknown,
  { repeats }: { readonly repeats: boolean },
): { readonly what: string; readonly toDo: string } {
  const code = error instanceof AppError ? error.code : 'INTERNAL';
  if (!isConsoleCode(code)) return errorWords(i18n, code);
  const words = CONSOLE_WORDS[code];
  if (!repeats && (code === 'LINK_DOWN' || code === 'TIMEOUT')) {
    return { what: i18n._(words.what), toDo: i18n._(PRESS_AGAIN) };
  }
  return { what: i18n._(words.what), toDo: i18n._(words.toDo) };
}

function isConsoleCode(code: AppErrorCode): code is keyof typeof CONSOLE_WORDS {
  return Object.hasOwn(CONSOLE_WORDS, code);
}
