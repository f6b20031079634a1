import {
  AppError,
  type ChartEntry,
  CHUNK_BYTES,
  type HubContract,
  type RowRequest,
  type RowResponse,
} from '@shimabashi/contracts';
import { pictureNamed } from '@shimabashi/clinical';
import { binariesNamedBy, type ChartLog, type StoredVersion } from '@shimabashi/sync';

/**
 * A picture that one of these versions names, and whose it is.
 *
 * @throws AppError `NOT_FOUND`, also while its bytes have not all arrived.
 */
export function findPicture(
  log: ChartLog,
  namedBy: readonly StoredVersion[],
  { sha256, size }: RowRequest<HubContract, 'photos.get'>,
): RowResponse<HubContract, 'photos.get'> & { readonly patientId: string } {
  const picture = namedBy
    .map(version => pictureNamed(version.operation.resource, sha256, size))
    .find(found => found !== undefined);
  const bytes = picture === undefined ? undefined : log.binaryBytes(picture.sha256);
  if (picture === undefined || bytes === undefined) {
    throw new AppError('NOT_FOUND', 'There is no such photograph, or it has not arrived yet.');
  }
  const { contentType, patientId } = picture;
  return { contentType, patientId, dataBase64: Buffer.from(bytes).toString('base64') };
}

/** How far the pictures of a DocumentReference have come. */
export function binariesOf(log: ChartLog, { operation }: StoredVersion): Pick<ChartEntry, 'binaries'> {
  if (operation.resource.resourceType !== 'DocumentReference') return {};
  const binaries = binariesNamedBy(operation.resource).flatMap(({ binaryId, sizeBytes }) => {
    if (sizeBytes === null || sizeBytes <= 0) return [];
    const state = log.binary(binaryId);
    return {
      binaryId,
      place: state?.isWhole === true ? ('at-hospital' as const) : ('here' as const),
      parkedCode: null,
      chunksDone: state?.chunksHeld ?? 0,
      chunksTotal: state?.chunksTotal ?? Math.ceil(sizeBytes / CHUNK_BYTES),
    };
  });
  return { binaries };
}
