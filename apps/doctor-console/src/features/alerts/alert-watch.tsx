import { useQuery } from '@tanstack/react-query';
import { useNavigate } from '@tanstack/react-router';
import { useEffect } from 'react';
import { useConsole } from '../../console.ts';
import { useDoctor } from '../session/session-gate.tsx';
import { isHeardBy } from './alert-state.ts';
import { soundOf } from '@shimabashi/clinical';

/** Sounds the alarms of this doctor, opens what a notification opens; draws nothing. */
export function AlertWatch() {
  const { alerts, alertSound, push } = useConsole();
  const { practitionerId } = useDoctor();
  const navigate = useNavigate();
  const { data } = useQuery(alerts.list);
  const heard = (data?.alerts ?? []).filter(alert => isHeardBy(alert, practitionerId));
  const sound = soundOf(
    heard.map(({ priority }) => priority),
    false,
  );
  useEffect(() => void push.renew(), [push]);
  useEffect(() => alertSound.play(sound), [alertSound, sound]);
  useEffect(() => () => alertSound.play(undefined), [alertSound]);
  useEffect(() => {
    const unlock = () => alertSound.unlock();
    const gestures = ['pointerdown', 'keydown'] as const;
    for (const gesture of gestures) addEventListener(gesture, unlock, true);
    return () => {
      for (const gesture of gestures) removeEventListener(gesture, unlock, true);
    };
  }, [alertSound]);
  useEffect(() => {
    if (!('serviceWorker' in navigator)) return undefined;
    const { serviceWorker } = navigator;
    const open = ({ data: message }: MessageEvent) => {
      const [page, id] = pageOf(message);
      if (id === undefined) return;
      if (page === 'alerts') void navigate({ to: '/alerts/$alertId', params: { alertId: id } });
      else void navigate({ to: '/calls/$callId', params: { callId: id } });
    };
    serviceWorker.addEventListener('message', open);
    return () => serviceWorker.removeEventListener('message', open);
  }, [navigate]);
  return null;
}

/** The page that the service worker asks to open: of an alert or a call, and its id. */
function pageOf(message: unknown): readonly (string | undefined)[] {
  const { type, path } = Object(message) as { readonly type?: unknown; readonly path?: unknown };
  if (type !== 'open-page' || typeof path !== 'string') return [];
  return /^\/(alerts|calls)\/([0-9a-f-]{36})$/.exec(path)?.slice(1) ?? [];
}
