import { type I18n } from '@lingui/core';
import { I18nProvider } from '@lingui/react';
import { QueryClientProvider } from '@tanstack/react-query';
import { type RouterHistory, RouterProvider } from '@tanstack/react-router';
import { useState } from 'react';
import { type Console, ConsoleProvider } from './console.ts';
import { createConsoleRouter } from './routes/router.tsx';

/** The whole console. `history` is the browser's unless a test gives another. */
export function App({
  parts,
  i18n,
  history,
}: {
  readonly parts: Console;
  readonly i18n: I18n;
  readonly history?: RouterHistory;
}) {
  const [router] = useState(() => createConsoleRouter(history));
  return (
    <I18nProvider i18n={i18n}>
      <QueryClientProvider client={parts.queryClient}>
        <ConsoleProvider value={parts}>
          <RouterProvider router={router} />
        </ConsoleProvider>
      </QueryClientProvider>
    </I18nProvider>
  );
}
