import {
  browserClocks,
  type CapturePlan,
  createMediasoupDevice,
  type DeviceChoice,
  type RoomDeps,
} from '@shimabashi/call';
import { type RoomInUse, useLocalMedia, useRoom } from '@shimabashi/call/react';
import {
  type Call,
  fromWireError,
  HubClock,
  type KioskApi,
  type RowResponse,
  type KioskContract,
} from '@shimabashi/contracts';
import { useEffect, useMemo } from 'react';
import { useKiosk } from '../state/use-kiosk.ts';

export type CallDevices = RowResponse<KioskContract, 'calls.devices'>;

/** What of this machine goes into the room. */
function capturePlan(devices: CallDevices): CapturePlan {
  return {
    microphone: choice(devices.microphone),
    'face-camera': choice(devices.faceCamera),
    'exam-camera': choice(devices.examCamera),
  };
}

function choice(label: string | null): DeviceChoice {
  return label === null ? {} : { label };
}

/** The kiosk's way into the room: the ticket comes from the store, the room itself is at the hub. */
function roomDeps(api: KioskApi, callId: string): RoomDeps {
  return {
    kind: 'kiosk',
    clock: new HubClock(browserClocks),
    createDevice: createMediasoupDevice,
    openSocket: roomUrl => new WebSocket(roomUrl),
    random: Math.random,
    join: async () => {
      const result = await api['calls.join']({ callId });
      if (!result.ok) throw fromWireError(result.error);
      const { ticket, roomUrl } = result.body;
      return { ticket, roomUrl };
    },
  };
}

/**
 * Enters the room of a call that rings or is on, and stays in it whatever page is on the screen. Live numbers
 * go along; `onStillAsked` is the doctor's question for a photograph.
 */
export function useCallRoom(
  call: Call,
  devices: CallDevices,
  onStillAsked: (stillId: string) => void,
): RoomInUse {
  const { api, model, clock } = useKiosk();
  const { callId } = call;
  const deps = useMemo(() => roomDeps(api, callId), [api, callId]);
  const capture = useMemo(() => capturePlan(devices), [devices]);
  const media = useLocalMedia({ capture });
  const inUse = useRoom({
    call,
    deps,
    media,
    listener: {
      onStillAsked,
      // The hub's word may reach the room before it reaches the store, whose times are ours.
      onCall: told => {
        if (told.state !== 'ended' || model.snapshot().call?.state === 'ended') return;
        const { state, end } = told;
        model.take({ event: 'call', call: { ...call, state, end, endedAtMs: clock.nowMs() } });
      },
    },
  });
  const { room } = inUse;
  useEffect(() => model.listen(event => room.takeKioskEvent(event)), [model, room]);
  return inUse;
}
