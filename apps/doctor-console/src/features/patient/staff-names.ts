import { useLingui } from '@lingui/react/macro';
import { HUB_DEVICE_ID, MERGE_AUTHOR_ID } from '@shimabashi/contracts';
import { localeOf, type RecordNames } from '@shimabashi/ui';
import { useQuery } from '@tanstack/react-query';
import { useMemo } from 'react';
import { useConsole } from '../../console.ts';
import { useDoctor } from '../session/session-gate.tsx';

/** What the hub's import writes as the machine of an entry. */
const IMPORT_DEVICE_ID = 'import';
/** What the hub writes as the machine of what was written on a page such as this one. */
const CONSOLE_DEVICE_ID = 'console';

/** Tells who and where by the ids of an entry. An id that nobody knows stands as it is. */
export function useNames(): RecordNames {
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
    )
      .set(IMPORT_DEVICE_ID, t`前のシステム`)
      .set(CONSOLE_DEVICE_ID, t`医師の画面`)
      .set(HUB_DEVICE_ID, t`病院のサーバー`);
    // What nobody wrote: a hub or a kiosk by itself, of what it saw, or by merging.
    const byItself = new Set<string>([...machines.keys(), MERGE_AUTHOR_ID]);
    return {
      person: id =>
        byItself.has(id) ? t`自動` : (japanese ? staff.get(id)?.name : staff.get(id)?.nameLatin) || id,
      machine: id => machines.get(id) ?? id,
    };
  }, [data, doctor, japanese, t]);
}
