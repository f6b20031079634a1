import { Trans } from '@lingui/react/macro';
import { ParameterName } from '@shimabashi/ui';

/** The columns of saved readings, in their order. */
export const READING_COLUMNS = ['spo2', 'pulse', 'pressure'] as const;
export type ReadingColumn = (typeof READING_COLUMNS)[number];

/** What stands in a column of readings and in which unit: above the column, or in each row without one. */
export function ReadingColumnWords({ column }: { readonly column: ReadingColumn }) {
  switch (column) {
    case 'spo2':
      return (
        <>
          <ParameterName parameter="SpO2" /> %
        </>
      );
    case 'pulse':
      return <Trans>脈拍 /分</Trans>;
    case 'pressure':
      return <Trans>血圧 mmHg</Trans>;
  }
}
