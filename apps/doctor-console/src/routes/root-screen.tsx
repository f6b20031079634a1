import { Trans } from '@lingui/react/macro';
import { Link, Outlet } from '@tanstack/react-router';
import { useState } from 'react';
import { AlertWatch } from '../features/alerts/alert-watch.tsx';
import { IncomingCalls } from '../features/call/incoming-calls.tsx';
import { SessionGate } from '../features/session/session-gate.tsx';
import { SearchTextContext } from '../features/queue/search-text.ts';
import styles from './root-screen.module.css';

/** Everything stands behind the sign-in, at the address where one was. */
export function RootScreen() {
  const search = useState('');
  return (
    <SearchTextContext value={search}>
      <SessionGate>
        <AlertWatch />
        <IncomingCalls />
        <Outlet />
      </SessionGate>
    </SearchTextContext>
  );
}

export function NotFoundScreen() {
  return (
    <main className={styles.notFound}>
      <h1>
        <Trans>このページはありません</Trans>
      </h1>
      <Link to="/">
        <Trans>患者の列へ</Trans>
      </Link>
    </main>
  );
}
