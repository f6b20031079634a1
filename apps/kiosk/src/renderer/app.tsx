import { useState } from 'react';
import { CallLayer } from './call/call-layer.tsx';
import { useSnapshot } from './state/use-kiosk.ts';
import { Devices } from './screens/devices.tsx';
import { AlarmBands } from './parts/alarm-band.tsx';
import { useSecondMouth } from './state/second-mouth.ts';
import { Home } from './screens/home.tsx';
import { Outbox } from './screens/outbox.tsx';
import { Search } from './screens/search.tsx';
import { SignIn } from './screens/sign-in.tsx';
import { DoorClosed, Starting } from './screens/starting.tsx';
import { VisitScreen } from './screens/visit.tsx';
import styles from './app.module.css';

/** The screen is the state of the visit: there is no router. */
export function App() {
  const soundsHere = useSecondMouth();
  return (
    <div className={styles.face}>
      <AlarmBands soundsHere={soundsHere} />
      <CallLayer page={<Screen />} />
    </div>
  );
}

function Screen() {
  const { door, nurse, visit } = useSnapshot();
  const [page, setPage] = useState<'home' | 'search' | 'devices' | 'outbox'>('home');
  if (door === 'closed') return <DoorClosed />;
  if (nurse === undefined) return <Starting />;
  if (nurse === null) return <SignIn />;
  if (visit === undefined) return <Starting />;
  // The key makes a new screen of another visit: nothing of the one before can stand in it.
  if (visit !== null) return <VisitScreen key={`${visit.encounterId} ${visit.openedAtMs}`} visit={visit} />;
  const goHome = () => setPage('home');
  switch (page) {
    case 'home':
      return (
        <Home
          onSearch={() => setPage('search')}
          onDevices={() => setPage('devices')}
          onOutbox={() => setPage('outbox')}
        />
      );
    case 'search':
      return <Search onBack={goHome} />;
    case 'devices':
      return <Devices onBack={goHome} />;
    case 'outbox':
      return <Outbox onBack={goHome} />;
  }
}
