import { Trans, useLingui } from '@lingui/react/macro';
import { AppError, FhirId } from '@shimabashi/contracts';
import { Button, LanguageToggle, Logo } from '@shimabashi/ui';
import { useMutation } from '@tanstack/react-query';
import { type KeyboardEvent, useEffect, useRef, useState } from 'react';
import { Input, Label, TextField } from 'react-aria-components';
import { useConsole } from '../../console.ts';
import { ErrorNote } from '../../parts/notes.tsx';
import styles from './session.module.css';

/** Who are you? A number and a passphrase; passkeys take their place in a later release. */
export function SignInScreen() {
  const { t } = useLingui();
  const { api, beginSession, forgetCharts } = useConsole();
  const [number, setNumber] = useState('');
  const [passphrase, setPassphrase] = useState('');
  const numberRef = useRef<HTMLInputElement>(null);
  useEffect(() => forgetCharts(), [forgetCharts]);
  // There is nothing else on this page to do.
  useEffect(() => numberRef.current?.focus(), []);
  const signIn = useMutation({
    mutationFn: async () => {
      const practitionerId = number.normalize('NFKC').trim();
      // No number of ours looks like this, so the hub need not be asked.
      if (!FhirId.safeParse(practitionerId).success || passphrase === '') {
        throw new AppError('SIGN_IN_FAILED', 'Not a number of staff.');
      }
      return (await api('session.sign-in', { practitionerId, passphrase })).staff;
    },
    onSuccess: beginSession,
    onSettled: () => setPassphrase(''),
  });
  return (
    <main className={styles.signIn}>
      <header>
        <Logo />
        <h1>
          <Trans>島橋 医師コンソール</Trans>
        </h1>
        <LanguageToggle />
      </header>
      <form
        className={styles.form}
        onKeyDownCapture={keepComposing}
        onSubmit={event => {
          event.preventDefault();
          if (!signIn.isPending) signIn.mutate();
        }}
      >
        <TextField value={number} onChange={setNumber} autoComplete="username">
          <Label>{t`職員番号`}</Label>
          <Input ref={numberRef} autoCapitalize="none" spellCheck={false} />
        </TextField>
        <TextField
          value={passphrase}
          onChange={setPassphrase}
          type="password"
          autoComplete="current-password"
        >
          <Label>{t`合い言葉`}</Label>
          <Input />
        </TextField>
        {signIn.isError ? <ErrorNote error={signIn.error} repeats={false} /> : null}
        <Button kind="primary" type="submit" wide working={signIn.isPending} onPress={() => undefined}>
          {signIn.isPending ? <Trans>確かめています</Trans> : <Trans>サインイン</Trans>}
        </Button>
      </form>
      <p className={styles.small}>
        <Trans>見たことと書いたことは、すべて名前と時刻つきで記録されます。</Trans>
      </p>
    </main>
  );
}

/** Enter that ends a conversion of the input method is not yet an answer (architecture, D12). */
function keepComposing(event: KeyboardEvent): void {
  if (event.key === 'Enter' && event.nativeEvent.isComposing) event.preventDefault();
}
