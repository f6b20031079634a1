import { PARAMETERS, type Parameter } from '@shimabashi/contracts';
import { useQuery } from '@tanstack/react-query';
import { useMemo } from 'react';
import { useConsole } from '../../console.ts';
import { chartItems, inConflict } from './chart-items.ts';

const ALL_PARAMETERS = Object.keys(PARAMETERS) as Parameter[];

/** One patient's chart as pages show it: what there is, in its versions, newest first. */
export function useChart(patientId: string) {
  const { queries } = useConsole();
  const chart = useQuery(queries.patient(patientId));
  const observations = useQuery(queries.entries(patientId, ALL_PARAMETERS));
  const items = useMemo(
    () =>
      chart.data === undefined
        ? undefined
        : chartItems([chart.data.patient, ...chart.data.resources, ...(observations.data ?? [])]),
    [chart.data, observations.data],
  );
  return { chart, observations, items, conflicts: items?.filter(inConflict).length ?? 0 };
}
export type ChartInUse = ReturnType<typeof useChart>;
