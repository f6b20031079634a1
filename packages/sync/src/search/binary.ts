import { type ResourceEnvelope } from '@shimabashi/contracts';
import { field, objects, texts } from './json.ts';

/** Bytes that a DocumentReference names by their hash. */
export interface NamedBinary {
  /** SHA-256, lower-case hexadecimal digits. */
  readonly binaryId: string;
  /** What the attachment says of them, or null and empty. */
  readonly sizeBytes: number | null;
  readonly contentType: string;
}

/** The Binaries of ours in the attachments of a DocumentReference; none for any other resource. */
export function binariesNamedBy(resource: ResourceEnvelope): readonly NamedBinary[] {
  if (resource.resourceType !== 'DocumentReference') return [];
  return objects(resource['content']).flatMap(content => {
    const attachment = content['attachment'];
    const size = field(attachment, 'size');
    return texts(field(attachment, 'url'))
      .map(url => /^Binary\/([0-9a-f]{64})$/.exec(url)?.[1])
      .filter(binaryId => binaryId !== undefined)
      .map(binaryId => ({
        binaryId,
        sizeBytes: typeof size === 'number' ? size : null,
        contentType: texts(field(attachment, 'contentType'))[0] ?? '',
      }));
  });
}
