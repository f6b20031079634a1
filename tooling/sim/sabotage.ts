import { type PullResponse, type PushResponse } from '@shimabashi/contracts';
import { type ChartLog, type HubPort } from '@shimabashi/sync';

/** A bug, planted at the edge of the real code. */
export interface Sabotage {
  readonly kioskLog?: (log: ChartLog) => ChartLog;
  readonly hubLog?: (log: ChartLog) => ChartLog;
  readonly hubPort?: (port: HubPort) => HubPort;
}

/** The same log with some methods done wrong. */
function bent(log: ChartLog, methods: Partial<ChartLog>): ChartLog {
  return new Proxy(log, {
    get(target, name) {
      if (name in methods) return methods[name as keyof ChartLog];
      const value: unknown = Reflect.get(target, name, target);
      return typeof value === 'function' ? value.bind(target) : value;
    },
  });
}

/** Every `n`th call, so that the bug shows now and then, as bugs do. */
function every(n: number): () => boolean {
  let count = 0;
  return () => (count += 1) % n === 0;
}

/** Bugs that have been made before, here or elsewhere. The simulation must find each. */
export const PLANTED_BUGS: Record<string, () => Sabotage> = {
  'an outbox row is dropped when its push fails': () => ({
    kioskLog: log => {
      const strikes = every(9);
      return bent(log, {
        outbox: limit => {
          const due = log.outbox(limit);
          if (strikes() && due[0] !== undefined) {
            log.settle([{ operationId: due[0].operationId, outcome: 'applied', sequence: 999_999 }]);
            return log.outbox(limit);
          }
          return due;
        },
      });
    },
  }),
  'saved is said before anything is kept': () => ({
    kioskLog: log => {
      const strikes = every(11);
      return bent(log, {
        author: (operations, audit, binaries) =>
          strikes() ? operations.map(() => 'saved' as const) : log.author(operations, audit, binaries),
      });
    },
  }),
  'the last writer wins': () => ({
    hubLog: log =>
      bent(log, {
        accept: (operations, audit) =>
          operations.flatMap(operation => {
            const [head] = log.heads({ resourceId: operation.resource.id });
            const isKnown = log
              .history(operation.resource.id)
              .some(version => version.operation.operationId === operation.operationId);
            const baseVersionId =
              isKnown || head === undefined ? operation.baseVersionId : head.operation.operationId;
            return [...log.accept([{ ...operation, baseVersionId }], audit)];
          }),
      }),
  }),
  'the cursor is saved before the rows': () => ({
    kioskLog: log => {
      const strikes = every(7);
      return bent(log, {
        applyPulled: page => log.applyPulled(strikes() ? { ...page, versions: [] } : page),
      });
    },
  }),
  'lanes are ignored': () => ({
    kioskLog: log =>
      bent(log, {
        outbox: limit =>
          limit.operations >= 10_000
            ? log.outbox(limit)
            : log.outbox({ operations: 10_000, bytes: limit.bytes }).toReversed().slice(0, 1),
      }),
  }),
  'what is sent twice is applied twice': () => ({
    hubLog: log => {
      let count = 0;
      return bent(log, {
        accept: (operations, audit) => {
          const results = log.accept(operations, audit);
          for (const [index, result] of results.entries()) {
            const operation = operations[index];
            if (result.outcome !== 'duplicate' || operation === undefined) continue;
            count += 1;
            const operationId = `00000000-0000-4000-8000-${String(count).padStart(12, '0')}`;
            log.accept([{ ...operation, operationId }], audit);
          }
          return results;
        },
      });
    },
  }),
  'a new epoch is not noticed': () => ({
    hubPort: port => {
      let first: string | undefined;
      const sameEpoch = <Answer extends PushResponse | PullResponse>(answer: Answer): Answer => {
        first ??= answer.epoch;
        return { ...answer, epoch: first };
      };
      return {
        push: async (items, signal) => sameEpoch(await port.push(items, signal)),
        backfill: async (request, signal) => sameEpoch(await port.backfill(request, signal)),
        pull: async (request, signal) => sameEpoch(await port.pull(request, signal)),
      };
    },
  }),
  'what others made is not given back to a restored hub': () => ({
    hubPort: port => ({
      push: (items, signal) => port.push(items, signal),
      backfill: (request, signal) => port.backfill(request, signal),
      pull: async (request, signal) => {
        const page = await port.pull(request, signal);
        const versions = page.versions.map(({ sequence, operation }) => ({ sequence, operation }));
        return { ...page, versions };
      },
    }),
  }),
  'what is refused is dropped without a word': () => ({
    kioskLog: log =>
      bent(log, {
        settle: results =>
          log.settle(
            results.map(result =>
              result.outcome === 'rejected'
                ? { operationId: result.operationId, outcome: 'applied' as const, sequence: 999_999 }
                : result,
            ),
          ),
      }),
  }),
  'one refused operation holds up all behind it': () => ({
    kioskLog: log =>
      bent(log, {
        settle: results => log.settle(results.filter(({ outcome }) => outcome !== 'rejected')),
        outbox: limit => log.outbox({ ...limit, operations: limit.operations >= 10_000 ? 10_000 : 1 }),
      }),
  }),
  'a merge keeps one side only': () => ({
    hubLog: log =>
      bent(log, {
        versionsAfter: (sequence, clinicIds, limit) => {
          const page = log.versionsAfter(sequence, clinicIds, limit);
          return {
            ...page,
            versions: page.versions.map(version => {
              const { mergedVersionId, baseVersionId, resource } = version.operation;
              if (mergedVersionId === undefined) return version;
              const base = log
                .history(resource.id)
                .find(({ operation }) => operation.operationId === baseVersionId);
              const kept = base?.operation.resource ?? resource;
              return { ...version, operation: { ...version.operation, resource: kept } };
            }),
          };
        },
      }),
  }),
  'a page loses its last row': () => ({
    hubPort: port => ({
      push: (items, signal) => port.push(items, signal),
      backfill: (request, signal) => port.backfill(request, signal),
      pull: async (request, signal) => {
        const page = await port.pull(request, signal);
        return page.versions.length > 4 ? { ...page, versions: page.versions.slice(0, -1) } : page;
      },
    }),
  }),
};
