import { type Call, type DeclineReason } from '@shimabashi/contracts';
import { useMutation, useQuery, type UseMutationResult } from '@tanstack/react-query';
import { useNavigate } from '@tanstack/react-router';
import { withCall } from '../../api/queries.ts';
import { useConsole } from '../../console.ts';
import { useDoctor } from '../session/session-gate.tsx';
import { incomingCalls, ownCall } from './calls.ts';

const NO_CALLS: readonly Call[] = [];

/** Every call that this doctor may know of, as it is now. */
export function useCalls() {
  const { queries } = useConsole();
  const { practitionerId } = useDoctor();
  const query = useQuery(queries.calls);
  const calls = query.data ?? NO_CALLS;
  return {
    query,
    calls,
    own: ownCall(calls, practitionerId),
    incoming: incomingCalls(calls, practitionerId),
  };
}

/** What a doctor does with calls. Each answer is taken at once; the socket says it again. */
export function useCallActions(): {
  readonly ring: UseMutationResult<
    Call,
    Error,
    { kioskDeviceId: string; patientId: string | null; encounterId: string | null }
  >;
  readonly accept: UseMutationResult<Call, Error, string>;
  readonly decline: UseMutationResult<Call, Error, { callId: string; because: DeclineReason }>;
  readonly end: UseMutationResult<Call, Error, string>;
} {
  const { api, queries, queryClient } = useConsole();
  const navigate = useNavigate();
  const keep = (call: Call): Call => {
    queryClient.setQueryData(queries.calls.queryKey, known => withCall(known ?? [], call));
    return call;
  };
  const open = (call: Call) => navigate({ to: '/calls/$callId', params: { callId: call.callId } });
  return {
    ring: useMutation({
      mutationFn: async request =>
        keep((await api('calls.ring-kiosk', { callId: crypto.randomUUID(), ...request })).call),
      onSuccess: open,
    }),
    accept: useMutation({
      mutationFn: async callId => keep((await api('calls.accept', { callId, nurseId: null })).call),
      onSuccess: open,
    }),
    decline: useMutation({
      mutationFn: async request => keep((await api('calls.decline', { ...request, nurseId: null })).call),
    }),
    end: useMutation({
      mutationFn: async callId => keep((await api('calls.end', { callId, nurseId: null })).call),
    }),
  };
}
