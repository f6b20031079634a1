import { type RoomInUse, useLocalMedia, useRoom } from '@shimabashi/call/react';
import { type Call } from '@shimabashi/contracts';
import { WaveformBuffer } from '@shimabashi/ui';
import { useEffect, useState } from 'react';
import { withCall } from '../../api/queries.ts';
import { useConsole } from '../../console.ts';

/** Seconds of a waveform that are kept, at the fastest rate that an oximeter sends (100 a second). */
const TRACE_SAMPLES = 1_500;
const CAPTURE = { microphone: {}, 'face-camera': {} } as const;

/**
 * The room of a call that rings or is on, with this machine's camera and microphone. What comes over it
 * goes where the screens read it: live numbers to the patient's page, the trace to its strip, the
 * call's own news to the calls.
 */
export function useCallRoom(
  call: Call,
  patientId: string | null,
): { readonly inUse: RoomInUse; readonly trace: WaveformBuffer } {
  const { roomDeps, devices, live, queries, queryClient } = useConsole();
  const [trace] = useState(() => new WaveformBuffer(TRACE_SAMPLES));
  const media = useLocalMedia({ capture: CAPTURE, devices: devices() });
  const inUse = useRoom({
    call,
    deps: roomDeps(call.callId),
    media,
    listener: {
      onSamples: samples => {
        if (patientId !== null) live.takeSamples(patientId, samples);
      },
      onWaveform: block => trace.append(block),
      onVitalsEnded: () => {
        trace.clear();
        if (patientId !== null) live.end(patientId);
      },
      onCall: changed =>
        queryClient.setQueryData(queries.calls.queryKey, known => withCall(known ?? [], changed)),
    },
  });
  const isIn = inUse.state.isTaken && inUse.state.link.link === 'joined';
  useEffect(() => {
    live.setRoom(isIn);
    return () => live.setRoom(false);
  }, [live, isIn]);
  return { inUse, trace };
}
