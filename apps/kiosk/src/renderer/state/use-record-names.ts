import { useLingui } from '@lingui/react/macro';
import { HUB_DEVICE_ID, MERGE_AUTHOR_ID } from '@shimabashi/contracts';
import { localeOf, type RecordNames } from '@shimabashi/ui';
import { staffName } from './names.ts';
import { useRow, useSnapshot } from './use-kiosk.ts';

/** What the hub writes as the machine of what a doctor wrote, and of what came from the system before. */
const CONSOLE_DEVICE_ID = 'console';
const IMPORT_DEVICE_ID = 'import';

/** Who and where, as far as this kiosk knows: an id that it does not know stands as it is. */
export function useRecordNames(): RecordNames {
  const { t, i18n } = useLingui();
  const { doctors } = useSnapshot();
  const known = useRow('session.staff', {});
  const session = useRow('session.current', {});
  const locale = localeOf(i18n);
  const staff = [...(known.body?.staff ?? []), ...doctors.map(doctor => doctor.staff)];
  const own = session.body?.deviceId;
  const places: Readonly<Record<string, string>> = {
    [CONSOLE_DEVICE_ID]: t`医師の画面`,
    [IMPORT_DEVICE_ID]: t`前のシステム`,
    [HUB_DEVICE_ID]: t`病院のサーバー`,
  };
  const machine = (id: string): string => {
    if (id === own) return t`この端末`;
    return Object.hasOwn(places, id) ? (places[id] ?? id) : t`ほかの端末`;
  };
  return {
    machine,
    person: id => {
      const member = staff.find(({ practitionerId }) => practitionerId === id);
      if (member !== undefined) return staffName(member, locale);
      const isNobody = id === MERGE_AUTHOR_ID || id === own || Object.hasOwn(places, id);
      return isNobody ? t`自動` : id;
    },
  };
}
