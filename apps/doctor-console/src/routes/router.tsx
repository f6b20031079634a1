import { createRootRoute, createRoute, createRouter, type RouterHistory } from '@tanstack/react-router';
import { CallScreen } from '../features/call/call-screen.tsx';
import { AlertScreen } from '../features/alerts/alert-screen.tsx';
import { PatientScreen } from '../features/patient/patient-screen.tsx';
import { QueueScreen } from '../features/queue/queue-screen.tsx';
import { NotFoundScreen, RootScreen } from './root-screen.tsx';

const rootRoute = createRootRoute({ component: RootScreen, notFoundComponent: NotFoundScreen });

const queueRoute = createRoute({ getParentRoute: () => rootRoute, path: '/', component: QueueScreen });

const patientRoute = createRoute({
  getParentRoute: () => rootRoute,
  path: '/patients/$patientId',
  component: function PatientRoute() {
    const { patientId } = patientRoute.useParams();
    // Another patient is another page: nothing of the one before may stand on it.
    return <PatientScreen key={patientId} patientId={patientId} />;
  },
});

const callRoute = createRoute({
  getParentRoute: () => rootRoute,
  path: '/calls/$callId',
  component: function CallRoute() {
    const { callId } = callRoute.useParams();
    return <CallScreen key={callId} callId={callId} />;
  },
});

const alertRoute = createRoute({
  getParentRoute: () => rootRoute,
  path: '/alerts/$alertId',
  component: function AlertRoute() {
    const { alertId } = alertRoute.useParams();
    return <AlertScreen key={alertId} alertId={alertId} />;
  },
});

/** The console's pages. Addresses carry ids only, never a name or what was searched for. */
export function createConsoleRouter(history?: RouterHistory) {
  return createRouter({
    routeTree: rootRoute.addChildren([queueRoute, patientRoute, alertRoute, callRoute]),
    ...(history === undefined ? {} : { history }),
  });
}

declare module '@tanstack/react-router' {
  interface Register {
    router: ReturnType<typeof createConsoleRouter>;
  }
}
