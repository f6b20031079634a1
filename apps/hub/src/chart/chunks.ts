import { AppError, BinaryChunk, CHUNK_BYTES, type PushResult } from '@shimabashi/contracts';
import { patientIdOf, photoContentTypeOf } from '@shimabashi/clinical';
import { type AuditNote, binariesNamedBy, type ChartLog } from '@shimabashi/sync';

/** The fitting chunks of a push are in the log; the others were refused, each alone. */
export interface TakenChunks {
  readonly results: readonly PushResult[];
  /** Whose pictures became complete by it. */
  readonly patientIds: ReadonlySet<string>;
}

/**
 * Takes parts of photographs into the log, each judged on its own: it must be of something that a
 * DocumentReference of this clinic names, with that size, and the first must begin as such a picture
 * does.
 */
export function takeChunks(
  deps: { readonly log: ChartLog; readonly reportUnexpected: (error: unknown) => void },
  clinicId: string,
  candidates: readonly { readonly operationId: string; readonly candidate: unknown }[],
  audit: AuditNote,
): TakenChunks {
  const { log } = deps;
  const refused: PushResult[] = [];
  const fitting: BinaryChunk[] = [];
  for (const { operationId, candidate } of candidates) {
    try {
      fitting.push(checkedChunk(log, clinicId, candidate));
    } catch (error) {
      if (!(error instanceof AppError)) deps.reportUnexpected(error);
      const code = error instanceof AppError ? error.code : 'BAD_REQUEST';
      refused.push({ operationId, outcome: 'rejected', code });
    }
  }
  if (fitting.length === 0) return { results: refused, patientIds: new Set() };

  const incomplete = fitting.filter(({ binaryId }) => log.binary(binaryId)?.isWhole !== true);
  const accepted = log.acceptChunks(fitting, audit);
  const completed = incomplete.filter(({ binaryId }) => log.binary(binaryId)?.isWhole === true);
  const patientIds = completed.flatMap(({ binaryId }) => patientsOf(log, clinicId, binaryId));
  return { results: [...accepted, ...refused], patientIds: new Set(patientIds) };
}

function patientsOf(log: ChartLog, clinicId: string, binaryId: string): string[] {
  return log
    .binaryNamedBy(binaryId)
    .filter(version => version.clinicId === clinicId)
    .map(version => patientIdOf(version.operation.resource))
    .filter(patientId => patientId !== null);
}

function checkedChunk(log: ChartLog, clinicId: string, candidate: unknown): BinaryChunk {
  const parsed = BinaryChunk.safeParse(candidate);
  if (!parsed.success) throw new AppError('BAD_REQUEST', 'Not a chunk.');
  const chunk = parsed.data;
  const named = log
    .binaryNamedBy(chunk.binaryId)
    .filter(version => version.clinicId === clinicId)
    .flatMap(version => binariesNamedBy(version.operation.resource))
    .filter(({ binaryId }) => binaryId === chunk.binaryId);
  if (named.length === 0) {
    throw new AppError('FORBIDDEN', 'Nothing in the charts of this clinic names these bytes.');
  }
  if (!named.some(({ sizeBytes }) => sizeBytes === chunk.sizeBytes)) {
    throw new AppError('BAD_REQUEST', 'They are said to be of another size.');
  }
  const bytes = Buffer.from(chunk.dataBase64, 'base64');
  const left = chunk.sizeBytes - chunk.index * CHUNK_BYTES;
  if (left <= 0 || bytes.length !== Math.min(left, CHUNK_BYTES)) {
    throw new AppError('BAD_REQUEST', 'The chunk has not the length that it must have.');
  }
  if (chunk.index === 0) checkBeginning(bytes, named);
  return chunk;
}

function checkBeginning(bytes: Uint8Array, named: readonly { readonly contentType: string }[]): void {
  const contentType = photoContentTypeOf(bytes);
  if (contentType === undefined || !named.some(each => each.contentType === contentType)) {
    throw new AppError('BAD_REQUEST', 'The bytes are not of the type that they are said to be.');
  }
}
