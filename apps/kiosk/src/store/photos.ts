import {
  AppError,
  type ChartEntry,
  type KioskContract,
  PHOTO_BYTES_MAX,
  type RowRequest,
  type RowResponse,
  THUMBNAIL_BYTES_MAX,
  type Visit,
} from '@shimabashi/contracts';
import { buildPhoto, pictureNamed, readPhoto } from '@shimabashi/clinical';
import { type ChartLog, type NewBinary, type StoredVersion } from '@shimabashi/sync';
import { type ChartReads, entryOf } from './chart-reads.ts';
import { type Change, type ChartWriter } from './chart-writer.ts';
import { pictureOf } from './photo-bytes.ts';
import { type Actor } from './session.ts';
import { type Visits } from './visits.ts';

type SaveRequest = RowRequest<KioskContract, 'photos.save'>;

export interface PhotosDeps {
  readonly log: ChartLog;
  readonly reads: ChartReads;
  readonly writer: ChartWriter;
  readonly visits: Visits;
  readonly nowMs: () => number;
}

/** Photographs of the patient in front of the kiosk: into the chart, and out of it. */
export class Photos {
  readonly #deps: PhotosDeps;

  constructor(deps: PhotosDeps) {
    this.#deps = deps;
  }

  /**
   * Keeps a photograph with its thumbnail, or nothing of it. What was saved before under the same
   * operation id is given again, also after the visit: pressing twice is harmless.
   *
   * @throws AppError `VISIT_CLOSED`, `BAD_REQUEST`, `TOO_LARGE`, `CONFLICT` when the operation id was
   * used for something else, `DISK_FULL`.
   */
  save(request: SaveRequest, actor: Actor): ChartEntry {
    const { operationId, encounterId } = request;
    const { log, visits, writer } = this.#deps;
    if (this.#saved(operationId, encounterId) === undefined) {
      const visit = visits.requireOpen(encounterId, actor);
      this.#checkMoment(request, visit);
      const { change, binaries } = this.#change(request, visit, actor);
      writer.write([change], actor, visit.patientId, binaries);
    }
    return entryOf(this.#saved(operationId, encounterId)!, log);
  }

  /** @throws AppError `NOT_FOUND`, also for what was taken at another kiosk. */
  get(
    { sha256, size }: RowRequest<KioskContract, 'photos.get'>,
    actor: Actor,
  ): RowResponse<KioskContract, 'photos.get'> {
    const { log, reads } = this.#deps;
    const picture = log
      .binaryNamedBy(sha256)
      .map(version => pictureNamed(version.operation.resource, sha256, size))
      .find(found => found !== undefined);
    const bytes = picture === undefined ? undefined : log.binaryBytes(picture.sha256);
    if (picture === undefined || bytes === undefined) {
      throw new AppError('NOT_FOUND', 'There is no such photograph here.');
    }
    reads.noteRead(picture.patientId, actor);
    return { contentType: picture.contentType, dataBase64: Buffer.from(bytes).toString('base64') };
  }

  /** A photograph has the id of the operation that made it. */
  #saved(operationId: string, encounterId: string): StoredVersion | undefined {
    const first = this.#deps.log.history(operationId)[0];
    if (first === undefined) return undefined;
    const { resource } = first.operation;
    const isOurs =
      first.operation.operationId === operationId && resource.resourceType === 'DocumentReference';
    if (!isOurs || readPhoto(resource)?.encounterId !== encounterId) {
      throw new AppError('CONFLICT', 'The operation id was used for something else.');
    }
    return first;
  }

  /** As with readings: what was taken before the visit was opened may show somebody else. */
  #checkMoment({ takenAtMs }: SaveRequest, visit: Visit): void {
    if (takenAtMs < visit.openedAtMs || takenAtMs > this.#deps.nowMs()) {
      throw new AppError('BAD_REQUEST', 'It was not taken within this visit.', {
        details: { at: 'takenAtMs' },
      });
    }
  }

  #change(
    request: SaveRequest,
    visit: Visit,
    actor: Actor,
  ): { readonly change: Change; readonly binaries: readonly NewBinary[] } {
    const { operationId, contentType, widthPx, heightPx } = request;
    const original = pictureOf(request.dataBase64, {
      contentType,
      bytesMax: PHOTO_BYTES_MAX,
      at: 'dataBase64',
    });
    const thumbnail = pictureOf(request.thumbnailBase64, {
      contentType: 'image/jpeg',
      bytesMax: THUMBNAIL_BYTES_MAX,
      at: 'thumbnailBase64',
    });
    const resource = buildPhoto({
      photoId: operationId,
      patientId: visit.patientId,
      encounterId: visit.encounterId,
      takenAtMs: request.takenAtMs,
      savedAtMs: this.#deps.nowMs(),
      authorId: actor.nurse.practitionerId,
      camera: request.source,
      full: request.full,
      original: { ...original, widthPx, heightPx },
      thumbnail,
    });
    return {
      change: { operationId, baseVersionId: null, resource, patientId: visit.patientId, reason: null },
      binaries: [
        { binaryId: thumbnail.sha256, bytes: thumbnail.bytes, lane: 'thumbnail' },
        { binaryId: original.sha256, bytes: original.bytes, lane: 'photo' },
      ],
    };
  }
}
