import { useLingui } from '@lingui/react/macro';
import { type WireError } from '@shimabashi/contracts';
import { errorWords } from '@shimabashi/ui';
import styles from './problem.module.css';

/** What is wrong and what to do, in ink with a hatched edge. */
export function Problem({ error }: { readonly error: WireError }) {
  const { i18n } = useLingui();
  const { what, toDo } = errorWords(i18n, error.code);
  return (
    <p className={styles.problem} role="alert" data-code={error.code}>
      <b>{what}</b>
      <span>{toDo}</span>
    </p>
  );
}
