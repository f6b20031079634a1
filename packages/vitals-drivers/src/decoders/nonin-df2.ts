import { assert, type QualityFlag } from '@shimabashi/contracts';
import { type Decoder, type NumericReading, type Reading, type RejectedFrame } from '../decoder.ts';
import { type Framed } from '../framing/framer.ts';
import { hexOf } from '../hex.ts';
import { NONIN_PULSE_RATE, NONIN_SPO2, noninMeasured } from './oximeter.ts';

/**
 * Nonin serial data format 2. Frame and packet as in `docs/devices/nonin-df2.md`, after Nonin's
 * OEM III specification as quoted by Pufferfish (`PacketReceiver.cpp`, Apache-2.0).
 */
export const DF2 = {
  frameBytes: 5,
  framesPerPacket: 25,
  framesPerSecond: 75,
  startByte: 0x01,
  missingPulseRate: 511,
  missingSpO2: 127,
} as const;

/** Bits of a frame's second byte. Bit 7 is always set. */
export const DF2_STATUS = {
  alwaysSet: 0x80,
  sensorDisconnected: 0x40,
  artifact: 0x20,
  outOfTrack: 0x10,
  sensorAlarm: 0x08,
  perfusionRed: 0x04,
  perfusionGreen: 0x02,
  /** Set in the first frame of a packet, and in no other. */
  sync: 0x01,
} as const;

/** The perfusion is only told during a pulse; after two seconds (30 /min) it is no longer known. */
const PERFUSION_KNOWN_FRAMES = 2 * DF2.framesPerSecond;

/** Frames of a packet, counted from zero, that carry what we read. */
const SLOT = { pulseRateMsb: 0, pulseRateLsb: 1, spO2: 2, revision: 3 } as const;

/** What a frame carries; what `data` means depends on the frame's place in the packet. */
export interface NoninFrameFields {
  readonly status: number;
  readonly pleth: number;
  readonly data: number;
}

/** Five bytes: start, status with bit 7 set, pleth, data, sum of the four modulo 256. */
export function isDf2Frame(bytes: Uint8Array): boolean {
  const [start = 0, status = 0, pleth = 0, data = 0, sum = 0] = bytes;
  return (
    bytes.length === DF2.frameBytes &&
    start === DF2.startByte &&
    (status & DF2_STATUS.alwaysSet) !== 0 &&
    ((start + status + pleth + data) & 0xff) === sum
  );
}

/**
 * Decodes Nonin DF2.
 *
 * Pulse rate and SpO2 are the 4-beat averages of frames 1 to 3. They are given when the fourth frame
 * has arrived, 13 ms after the third: it carries the firmware revision, which does not change, and
 * so shows that no whole frame was lost in between (its neighbours would take its place, and their
 * checksums are right). The rest of the packet is not waited for. The "display" values later in the
 * packet are not used: a device may hold them after the finger has left.
 */
export class NoninDf2Decoder implements Decoder {
  readonly #fieldsOf: (frame: Uint8Array) => NoninFrameFields;
  /** Frames of the current packet; empty while the place in it is not known. */
  #packet: Uint8Array[] = [];
  #revision: number | undefined;
  /** Status bits since the last numbers, so that an artifact between two of them is not lost. */
  #statusSeen = 0;
  #perfusion = 0;
  #perfusionFrames = 0;

  /** `fieldsOf` finds the fields of a frame: data format 7 has the same packet with other frames. */
  constructor(fieldsOf: (frame: Uint8Array) => NoninFrameFields = df2FieldsOf) {
    this.#fieldsOf = fieldsOf;
  }

  decode(framed: Framed): Reading[] {
    if (framed.kind === 'rejected') {
      this.#packet = [];
      return [rejected('not-a-frame', framed.bytes, 1)];
    }
    const { status, pleth } = this.#fieldsOf(framed.bytes);
    this.#noteStatus(status);
    const sensorGone = (status & (DF2_STATUS.sensorDisconnected | DF2_STATUS.sensorAlarm)) !== 0;
    return [
      ...this.#takePlace(framed.bytes, status),
      { kind: 'waveform', waveform: 'pleth', value: sensorGone ? null : pleth },
      ...this.#takeNumbers(framed.bytes),
    ];
  }

  #noteStatus(status: number): void {
    this.#statusSeen |= status;
    const perfusion = status & (DF2_STATUS.perfusionRed | DF2_STATUS.perfusionGreen);
    this.#perfusionFrames += 1;
    if (perfusion !== 0) {
      this.#perfusion = perfusion;
      this.#perfusionFrames = 0;
    } else if (this.#perfusionFrames > PERFUSION_KNOWN_FRAMES) {
      this.#perfusion = 0;
    }
  }

  /** Puts a frame where it belongs in its packet, and tells when frames before it are missing. */
  #takePlace(frame: Uint8Array, status: number): Reading[] {
    const placeKnown = this.#packet.length > 0;
    const packetFull = this.#packet.length === DF2.framesPerPacket;
    const isFirst = (status & DF2_STATUS.sync) !== 0;
    const missing = isFirst && placeKnown ? DF2.framesPerPacket - this.#packet.length : 0;
    const outOfSequence = placeKnown && isFirst !== packetFull;
    if (isFirst) this.#packet = [frame];
    else if (outOfSequence) this.#packet = [];
    else if (placeKnown) this.#packet.push(frame);
    return outOfSequence ? [rejected('out-of-sequence', frame, missing)] : [];
  }

  #takeNumbers(frame: Uint8Array): Reading[] {
    if (this.#packet.length !== SLOT.revision + 1) return [];
    const [msb, lsb, spO2, last] = this.#packet.map(frame => this.#fieldsOf(frame));
    assert(
      msb !== undefined && lsb !== undefined && spO2 !== undefined && last !== undefined,
      'four frames are there',
    );
    if (this.#revision !== undefined && this.#revision !== last.data) {
      // Either a whole frame is missing or another device took the line: begin anew with the next packet.
      this.#packet = [];
      this.#revision = undefined;
      return [rejected('out-of-sequence', frame, 0)];
    }
    this.#revision = last.data;
    const sensor = sensorOf(msb.status | lsb.status | spO2.status | last.status);
    const pulseRate = ((msb.data & 0x03) << 7) | (lsb.data & 0x7f);
    const saturation = spO2.data & 0x7f;
    const common = this.#common(last.data);
    this.#statusSeen = 0;
    return [
      {
        ...common,
        parameter: 'pulse-rate',
        measured: noninMeasured(NONIN_PULSE_RATE, pulseRate, sensor),
        rawHex: this.#hexOfFrames(SLOT.pulseRateMsb, SLOT.pulseRateLsb),
      },
      {
        ...common,
        parameter: 'SpO2',
        measured: noninMeasured(NONIN_SPO2, saturation, sensor),
        rawHex: this.#hexOfFrames(SLOT.spO2, SLOT.spO2),
      },
    ];
  }

  #common(revision: number): Pick<NumericReading, 'kind' | 'quality' | 'origin' | 'deviceTime' | 'details'> {
    return {
      kind: 'numeric',
      quality: qualityOf(this.#statusSeen, this.#perfusion),
      origin: 'live',
      deviceTime: null,
      details: { average: '4-beat', firmwareRevision: revision },
    };
  }

  #hexOfFrames(first: number, last: number): string {
    return this.#packet
      .slice(first, last + 1)
      .map(hexOf)
      .join('');
  }
}

function rejected(
  reason: RejectedFrame['reason'],
  bytes: Uint8Array,
  lostWaveformSamples: number,
): RejectedFrame {
  return { kind: 'rejected', reason, rawHex: hexOf(bytes), lostWaveformSamples };
}

function df2FieldsOf(frame: Uint8Array): NoninFrameFields {
  const [, status, pleth, data] = frame;
  assert(status !== undefined && pleth !== undefined && data !== undefined, 'the framer gave a whole frame');
  return { status, pleth, data };
}

function sensorOf(status: number): { disconnected: boolean; sensorOff: boolean; outOfTrack: boolean } {
  return {
    disconnected: (status & DF2_STATUS.sensorDisconnected) !== 0,
    sensorOff: (status & DF2_STATUS.sensorAlarm) !== 0,
    outOfTrack: (status & DF2_STATUS.outOfTrack) !== 0,
  };
}

const QUALITY_BITS: readonly (readonly [bit: number, flag: QualityFlag])[] = [
  [DF2_STATUS.artifact, 'artifact'],
  [DF2_STATUS.outOfTrack, 'out-of-track'],
  [DF2_STATUS.sensorAlarm, 'sensor-alarm'],
];

function qualityOf(statusSeen: number, perfusion: number): QualityFlag[] {
  const flags = QUALITY_BITS.filter(([bit]) => (statusSeen & bit) !== 0).map(([, flag]) => flag);
  if (perfusion === DF2_STATUS.perfusionRed) flags.push('perfusion-low');
  if (perfusion === (DF2_STATUS.perfusionRed | DF2_STATUS.perfusionGreen)) flags.push('perfusion-marginal');
  return flags;
}
