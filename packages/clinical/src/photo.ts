import type { Attachment, DocumentReference, Extension } from '@medplum/fhirtypes';
import { PhotoContentType, type PhotoSize, PhotoSource, type ResourceEnvelope } from '@shimabashi/contracts';
import { bilingualText } from './bilingual.ts';
import { type Built, built } from './built.ts';
import { EXTENSION, SYSTEM } from './codes.ts';
import { type PhotoFacts, type PhotoPicture } from './facts.ts';
import { epochMsOf, instantOf } from './fhir-time.ts';
import { invalid, type JsonObject, listOf, objectOf, referencedId, requireType, textOf } from './json.ts';
import { patientIdOf } from './patient.ts';

/** Bytes as they are known in the chart. */
export interface PhotoBytes {
  readonly contentType: PhotoContentType;
  readonly sizeBytes: number;
  /** Lower-case hexadecimal digits; the id of the Binary. */
  readonly sha256: string;
  /** In base64. FHIR R4 gives `Attachment.hash` to SHA-1 alone, so that it cannot be the other. */
  readonly sha1Base64: string;
}

export interface PhotoInput {
  readonly photoId: string;
  readonly patientId: string;
  readonly encounterId: string;
  /** When the picture was taken, and when it was saved, by the host's clock. */
  readonly takenAtMs: number;
  readonly savedAtMs: number;
  /** Who took it. */
  readonly authorId: string;
  readonly camera: PhotoSource;
  /** Whether it is everything that the sensor sees, and no frame of a video. */
  readonly full: boolean;
  readonly original: PhotoBytes & { readonly widthPx: number; readonly heightPx: number };
  readonly thumbnail: PhotoBytes;
}

/**
 * A photograph as a DocumentReference of two contents, told apart by their `format`: the original,
 * untouched, and a thumbnail that arrives before it. The bytes are Binaries by their hash.
 *
 * Source: FHIR R4, DocumentReference and Attachment. Width and height are R5's.
 */
export function buildPhoto(input: PhotoInput): Built<DocumentReference> {
  const { original, thumbnail } = input;
  const creation = instantOf(input.takenAtMs);
  return built<DocumentReference>({
    resourceType: 'DocumentReference',
    id: input.photoId,
    extension: [
      { url: EXTENSION.camera, valueCode: input.camera },
      { url: EXTENSION.fullSensor, valueBoolean: input.full },
    ],
    status: 'current',
    type: bilingualText({ text: '写真', latin: 'Photograph' }),
    subject: { reference: `Patient/${input.patientId}` },
    date: instantOf(input.savedAtMs),
    author: [{ reference: `Practitioner/${input.authorId}` }],
    content: [
      {
        attachment: {
          extension: [pixels('width', original.widthPx), pixels('height', original.heightPx)],
          ...attachmentOf(original),
          creation,
        },
        format: { system: SYSTEM.rendition, code: 'original' },
      },
      {
        attachment: { ...attachmentOf(thumbnail), creation },
        format: { system: SYSTEM.rendition, code: 'thumbnail' },
      },
    ],
    context: { encounter: [{ reference: `Encounter/${input.encounterId}` }] },
  });
}

function attachmentOf(bytes: PhotoBytes): Attachment {
  return {
    contentType: bytes.contentType,
    url: `Binary/${bytes.sha256}`,
    size: bytes.sizeBytes,
    hash: bytes.sha1Base64,
  };
}

function pixels(side: 'width' | 'height', valuePositiveInt: number): Extension {
  return { url: EXTENSION[side], valuePositiveInt };
}

/**
 * What screens need of a photograph. Undefined for a DocumentReference that names no picture of
 * ours: a letter, or somebody else's document.
 *
 * @throws AppError `RESOURCE_INVALID` when it is no DocumentReference, or has no patient.
 */
export function readPhoto(resource: ResourceEnvelope): PhotoFacts | undefined {
  const document = requireType(resource, 'DocumentReference');
  const patientId = patientIdOf(resource);
  if (patientId === null) throw invalid('DocumentReference.subject');
  const original = pictureOf(document, 'original');
  if (original === undefined) return undefined;

  const camera = PhotoSource.safeParse(extensionOf(document, EXTENSION.camera)['valueCode']);
  const { attachment } = original;
  return {
    photoId: resource.id,
    patientId,
    encounterId: referencedId(listOf(objectOf(document['context'])['encounter'])[0], 'Encounter'),
    takenAtMs: epochMsOf(textOf(attachment['creation'])) ?? epochMsOf(textOf(document['date'])) ?? null,
    authorId: referencedId(listOf(document['author'])[0], 'Practitioner'),
    camera: camera.success ? camera.data : null,
    full: extensionOf(document, EXTENSION.fullSensor)['valueBoolean'] === true,
    widthPx: positiveOf(extensionOf(attachment, EXTENSION.width)['valuePositiveInt']),
    heightPx: positiveOf(extensionOf(attachment, EXTENSION.height)['valuePositiveInt']),
    original: original.picture,
    thumbnail: pictureOf(document, 'thumbnail')?.picture ?? null,
    retracted: document['status'] === 'entered-in-error' || document['docStatus'] === 'entered-in-error',
  };
}

function pictureOf(
  document: JsonObject,
  rendition: 'original' | 'thumbnail',
): { readonly picture: PhotoPicture; readonly attachment: JsonObject } | undefined {
  const content = listOf(document['content']).find(each => {
    const format = objectOf(each['format']);
    return format['system'] === SYSTEM.rendition && format['code'] === rendition;
  });
  const attachment = objectOf(content?.['attachment']);
  const sha256 = /^Binary\/([0-9a-f]{64})$/.exec(textOf(attachment['url']))?.[1];
  const contentType = PhotoContentType.safeParse(attachment['contentType']);
  const sizeBytes = positiveOf(attachment['size']);
  if (sha256 === undefined || !contentType.success || sizeBytes === null) return undefined;
  return { picture: { sha256, contentType: contentType.data, sizeBytes }, attachment };
}

function extensionOf(element: JsonObject, url: string): JsonObject {
  return listOf(element['extension']).find(extension => extension['url'] === url) ?? {};
}

function positiveOf(value: unknown): number | null {
  return typeof value === 'number' && Number.isInteger(value) && value > 0 ? value : null;
}

/**
 * One picture of the photograph that `sha256`, the hash of either of its pictures, belongs to.
 * Undefined when this resource is not that photograph.
 */
export function pictureNamed(
  resource: ResourceEnvelope,
  sha256: string,
  size: PhotoSize,
): (PhotoPicture & { readonly patientId: string }) | undefined {
  if (resource.resourceType !== 'DocumentReference' || patientIdOf(resource) === null) return undefined;
  const photo = readPhoto(resource);
  if (photo === undefined || (photo.original.sha256 !== sha256 && photo.thumbnail?.sha256 !== sha256)) {
    return undefined;
  }
  const picture = size === 'original' ? photo.original : photo.thumbnail;
  return picture === null ? undefined : { ...picture, patientId: photo.patientId };
}

/**
 * What these bytes say that they are, by how they begin; undefined when they are no picture of ours.
 *
 * Source: JPEG's SOI marker and the first of the next one (ISO/IEC 10918-1, B.1.1.3); PNG's
 * signature (ISO/IEC 15948, 5.2).
 */
export function photoContentTypeOf(bytes: Uint8Array): PhotoContentType | undefined {
  if (begins(bytes, [0xff, 0xd8, 0xff])) return 'image/jpeg';
  if (begins(bytes, [0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a])) return 'image/png';
  return undefined;
}

function begins(bytes: Uint8Array, signature: readonly number[]): boolean {
  return signature.every((byte, index) => bytes[index] === byte);
}
