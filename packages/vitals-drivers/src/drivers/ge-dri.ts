import { GE_DRI, GeDriDecoder } from '../decoders/vendor/ge-dri.ts';
import { type Driver } from '../driver.ts';
import { GE_DRI_SHAPE, geDriFrame } from '../framing/ge-dri-shape.ts';
import { VariableLengthFramer } from '../framing/variable-length-framer.ts';

const REQUEST = { numbersBytes: 49, wavesBytes: 72, waveStart: 0, waveStop: 1, everySeconds: 1 } as const;

/** Monitors of GE. Notes: `docs/devices/ge-dri.md`. */
export const geDri: Driver = {
  protocol: 'ge-dri',
  title: 'GE S/5 and CARESCAPE monitors, Datex Record Interface (numbers of the basic class, pleth)',
  evidence: 'two records of a monitor in the tests of another project (LNhealth); no device of ours',
  carries: 'stream',
  maxQuietMs: 5_000,
  serial: { baudRate: 19_200, dataBits: 8, parity: 'even', stopBits: 1 },
  waveforms: { pleth: GE_DRI.rates.pleth },
  fullScales: { pleth: 2 * GE_DRI.plethShift },
  createFramer: () => new VariableLengthFramer(GE_DRI_SHAPE),
  createDecoder: () => new GeDriDecoder(),
  begin: send => {
    send(geDriFrame(numbersRequest(REQUEST.everySeconds)));
    send(geDriFrame(wavesRequest(REQUEST.waveStart)));
    return () => {
      send(geDriFrame(wavesRequest(REQUEST.waveStop)));
      send(geDriFrame(numbersRequest(0)));
    };
  },
};

/** Asks for the displayed values of the basic class every so many seconds; zero for no more. */
function numbersRequest(everySeconds: number): Uint8Array {
  const record = request(REQUEST.numbersBytes, GE_DRI.physiological);
  record.set([GE_DRI.displayed, everySeconds & 0xff, everySeconds >> 8], GE_DRI.headerBytes);
  return record;
}

function wavesRequest(type: number): Uint8Array {
  const record = request(REQUEST.wavesBytes, GE_DRI.waves);
  record.set([type, 0, 0, 0, GE_DRI.wave.pleth, GE_DRI.endOfList], GE_DRI.headerBytes);
  return record;
}

/** A request has one subrecord, of type 0. */
function request(byteCount: number, mainType: number): Uint8Array {
  const record = new Uint8Array(byteCount);
  record[0] = byteCount;
  record[GE_DRI.mainTypeAt] = mainType;
  record[GE_DRI.descriptorsAt + 5] = GE_DRI.endOfList;
  return record;
}
