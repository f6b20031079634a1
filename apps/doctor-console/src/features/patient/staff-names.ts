import { useLingui } from '@lingui/react/macro';
import { localeOf } from '@shimabashi/ui';
import { useQuery } from '@tanstack/react-query';
import { useMemo } from 'react';
import { useConsole } from '../../console.ts';
import { useDoctor } from '../session/session-gate.tsx';

/** Tells who and where by the ids of an entry. An id that nobody knows stands as it is. */
export interface Names {
  readonly person: (practitionerId: string) => string;
  readonly machine: (deviceId: string) => string;
}

/** What the hub's import writes as the machine of an entry. */
const IMPORT_DEVICE_ID = 'import';

export function useNames(): Names {
  const { t, i18n } = useLingui();
  const { queries } = useConsole();
  const doctor = useDoctor();
  const { data } = useQuery(queries.clinics);
  const japanese = localeOf(i18n) === 'ja';
  return useMemo(() => {
    const staff = new Map([...(data?.staff ?? []), doctor].map(each => [each.practitionerId, each]));
    const machines = new Map<string, string>(
      data?.clinics.flatMap(({ clinic, kiosks }) => {
        const clinicName = japanese ? clinic.name : clinic.nameLatin;
        return kiosks.map(kiosk => [kiosk.deviceId, `${clinicName} ${kiosk.name}`]);
      }),
    ).set(IMPORT_DEVICE_ID, t`前のシステム`);
    return {
      person: id => (japanese ? staff.get(id)?.name : staff.get(id)?.nameLatin) || id,
      machine: id => machines.get(id) ?? id,
    };
  }, [data, doctor, japanese, t]);
}
