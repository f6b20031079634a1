import { type Framed } from '../../framing/framer.ts';
import { hl7Block, parseHl7 } from './message.ts';
import { kindOf } from './oru.ts';

/** How a message fared. `refused` is one that we do not read at all. */
type Outcome = 'taken' | 'not-taken' | 'refused';

/** In original mode and for the application; and for the mere acceptance in enhanced mode. */
const APPLICATION = { taken: 'AA', 'not-taken': 'AE', refused: 'AR' } as const;
const ACCEPT = { taken: 'CA', 'not-taken': 'CE', refused: 'CR' } as const;
const OUR_NAME = 'SHIMABASHI';

/**
 * The answer to a message, in its block; undefined where none is wanted or can be addressed.
 *
 * A header that asks for nothing (MSH-15 and MSH-16 empty) is answered in original mode: AA, AE or AR.
 * Else MSH-15 asks for CA, CE or CR, and MSH-16 for AA, AE or AR; each is AL (always), NE (never), SU (on
 * success) or ER (on an error). Source: HL7 v2.6, chapter 2, sections 2.9.2 and 2.9.3, table 0155.
 */
export function hl7Acknowledgement(framed: Framed, taken: boolean, nowMs: number): Uint8Array | undefined {
  const message = framed.kind === 'frame' ? parseHl7(framed.bytes) : undefined;
  if (message === undefined) return undefined;
  const { header } = message;
  // An answer is never answered.
  if (header.component(9, 1) === 'ACK') return undefined;
  const outcome: Outcome = kindOf(message) === 'other' ? 'refused' : taken ? 'taken' : 'not-taken';
  const [accept, application] = [header.field(15), header.field(16)];
  const codes =
    accept === '' && application === ''
      ? [APPLICATION[outcome]]
      : [
          ...(isWanted(accept, outcome) ? [ACCEPT[outcome]] : []),
          ...(isWanted(application, outcome) ? [APPLICATION[outcome]] : []),
        ];
  if (codes.length === 0) return undefined;
  const separator = header.field(1);
  const component = header.field(2)[0] ?? '^';
  const answers = codes.map((code, at) => {
    const line = [
      'MSH',
      header.field(2),
      OUR_NAME,
      '',
      header.field(3),
      header.field(4),
      timestamp(nowMs),
      '',
      ['ACK', header.component(9, 2), 'ACK'].join(component),
      `${header.field(10).slice(0, 180)}.${at}`,
      header.field(11) === '' ? 'P' : header.field(11),
      header.field(12) === '' ? '2.6' : header.field(12),
    ];
    const segments = [line.join(separator), ['MSA', code, header.field(10)].join(separator)];
    if (outcome === 'refused') {
      const why = ['200', 'Unsupported message type', 'HL70357'].join(component);
      segments.push(['ERR', '', '', why, 'E'].join(separator));
    }
    return hl7Block(segments);
  });
  return Buffer.concat(answers);
}

function isWanted(condition: string, outcome: Outcome): boolean {
  if (condition === 'AL') return true;
  if (condition === 'SU') return outcome === 'taken';
  return condition === 'ER' && outcome !== 'taken';
}

/** In UTC, with its zone written out. */
function timestamp(nowMs: number): string {
  return `${new Date(nowMs).toISOString().replaceAll(/[-T:]/g, '').slice(0, 14)}+0000`;
}
