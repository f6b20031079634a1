import { type StaffMember } from '@shimabashi/contracts';
import { useQuery } from '@tanstack/react-query';
import { createContext, type ReactNode, useContext, useEffect } from 'react';
import { useConsole } from '../../console.ts';
import { ErrorNote, Reading } from '../../parts/notes.tsx';
import { SignInScreen } from './sign-in-screen.tsx';
import styles from './session.module.css';

const DoctorContext = createContext<StaffMember | null>(null);

/** Who is signed in. Only for what stands behind the gate. */
export function useDoctor(): StaffMember {
  const doctor = useContext(DoctorContext);
  if (doctor === null) throw new Error('A page stands outside of the gate.');
  return doctor;
}

/**
 * Shows what is behind it to a signed-in doctor, and the sign-in form to everybody else. The address
 * stays as it is, so that one comes back to where one was.
 */
export function SessionGate({ children }: { readonly children: ReactNode }) {
  const { queries, resume } = useConsole();
  const session = useQuery(queries.session);
  const doctor = session.data ?? null;
  useEffect(() => {
    if (doctor !== null) resume();
  }, [doctor, resume]);
  if (doctor !== null) return <DoctorContext value={doctor}>{children}</DoctorContext>;
  if (session.data === null) return <SignInScreen />;
  return (
    <main className={styles.before}>
      {session.isError ? <ErrorNote error={session.error} /> : <Reading />}
    </main>
  );
}
