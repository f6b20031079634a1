import { type PhotoFacts, readPhoto } from '@shimabashi/clinical';
import { type BinaryStatus, type ChartEntry } from '@shimabashi/contracts';
import { useMemo } from 'react';
import { readOrNull } from '../queue/queue-rows.ts';
import { useChart } from '../patient/use-chart.ts';

export interface Photo {
  readonly facts: PhotoFacts;
  /** How far the bytes of the original have come; null where the hub does not say. */
  readonly original: BinaryStatus | null;
}

/** A patient's photographs, newest first. What was entered in error is not among them. */
export function usePhotos(patientId: string): readonly Photo[] {
  const { chart } = useChart(patientId);
  const resources = chart.data?.resources;
  return useMemo(() => photosOf(resources ?? []), [resources]);
}

function photosOf(entries: readonly ChartEntry[]): readonly Photo[] {
  return entries
    .flatMap(entry => {
      if (entry.resource.resourceType !== 'DocumentReference') return [];
      const facts = readOrNull(readPhoto, entry.resource) ?? null;
      if (facts === null || facts.retracted) return [];
      const original = entry.binaries?.find(({ binaryId }) => binaryId === facts.original.sha256) ?? null;
      return [{ facts, original }];
    })
    .toSorted((one, other) => (other.facts.takenAtMs ?? 0) - (one.facts.takenAtMs ?? 0));
}
