import { useLingui } from '@lingui/react/macro';
import { Icon, localeOf } from '@shimabashi/ui';
import { useQuery } from '@tanstack/react-query';
import { useConsole } from '../../console.ts';
import styles from './call.module.css';

function useClinic(clinicId: string) {
  const { queries } = useConsole();
  return useQuery(queries.clinics).data?.clinics.find(({ clinic }) => clinic.clinicId === clinicId);
}

export function ClinicName({ clinicId }: { readonly clinicId: string }) {
  const { i18n } = useLingui();
  const status = useClinic(clinicId);
  if (status === undefined) return <>{clinicId}</>;
  return <>{localeOf(i18n) === 'ja' ? status.clinic.name : status.clinic.nameLatin}</>;
}

/** Whom to telephone when nothing else works. Written out, never dialled by us. */
export function Telephones({ clinicId }: { readonly clinicId: string }) {
  const { i18n } = useLingui();
  const status = useClinic(clinicId);
  return (
    <ul className={styles.telephones}>
      {status?.clinic.telephones.map(({ label, labelLatin, number }) => (
        <li key={number}>
          <Icon name="phone" /> {localeOf(i18n) === 'ja' ? label : labelLatin} <b>{number}</b>
        </li>
      ))}
    </ul>
  );
}
