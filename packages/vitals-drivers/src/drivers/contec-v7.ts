import { CONTEC_V7, ContecV7Decoder, ContecV7StoredDecoder } from '../decoders/contec-v7.ts';
import { SteadyDecoder } from '../decoders/steady-decoder.ts';
import { type Driver, type DriverClock, type SerialSettings } from '../driver.ts';
import { CONTEC_V7_SHAPE, v7Command } from '../framing/contec-v7-shape.ts';
import { VariableLengthFramer } from '../framing/variable-length-framer.ts';

/** timegrid/CMS50Dplus7 and tobac/cms50ew open the line so (with Xon/Xoff, which we don't need to send). */
const SERIAL: SerialSettings = { baudRate: 115_200, dataBits: 8, parity: 'none', stopBits: 1 };
const FRAMES_PER_SECOND = 60;

/** Commands of the host. Source: bmartin427/CMS50, `cms50.py`. */
const COMMAND = {
  startRealtime: 0xa1,
  stopRealtime: 0xa2,
  queryStored: 0xa6,
  stopStored: 0xa7,
  keepAlive: 0xaf,
} as const;

/** Without it a device stops sending after about a minute. timegrid sends it every 5 s, in milliseconds. */
const KEEP_ALIVE_EVERY_MS = 5_000;

/** Sends `start` at once, keeps the device awake, and sends `stop` at the end. */
function conversation(start: Uint8Array, stop: Uint8Array): NonNullable<Driver['begin']> {
  return (send: (bytes: Uint8Array) => void, clock: DriverClock) => {
    let cancel = () => {};
    const keepAlive = () => {
      cancel = clock.after(KEEP_ALIVE_EVERY_MS, () => {
        send(v7Command(COMMAND.keepAlive));
        keepAlive();
      });
    };
    send(start);
    keepAlive();
    return () => {
      cancel();
      send(stop);
    };
  };
}

const createFrameDecoder = () => new ContecV7Decoder();
const createFramer = () => new VariableLengthFramer(CONTEC_V7_SHAPE);

/** Contec oximeters of protocol version 7, live. Notes: `docs/devices/contec-v7.md`. */
export const contecV7: Driver = {
  protocol: 'contec-v7',
  title: 'Contec pulse oximeter, protocol 7, live (SpO2, pulse rate, perfusion index, pleth)',
  evidence: 'captures of four devices by other projects; no device of ours yet',
  carries: 'stream',
  maxQuietMs: 3_000,
  serial: SERIAL,
  waveforms: { pleth: FRAMES_PER_SECOND },
  fullScales: { pleth: CONTEC_V7.plethFullScale },
  createFramer,
  createDecoder: () => new SteadyDecoder(createFrameDecoder(), FRAMES_PER_SECOND / 3),
  createFrameDecoder,
  begin: conversation(v7Command(COMMAND.startRealtime), v7Command(COMMAND.stopRealtime)),
};

/** The recording of the same devices. Notes: `docs/devices/contec-v7-stored.md`. */
export const contecV7Stored: Driver = {
  protocol: 'contec-v7-stored',
  title: 'Contec pulse oximeter, protocol 7, download of the recording (SpO2, pulse rate, perfusion index)',
  evidence: 'a capture of a device by another project (headrotor); no device of ours yet',
  carries: 'stream',
  maxQuietMs: 5_000,
  serial: SERIAL,
  waveforms: {},
  createFramer,
  createDecoder: () => new ContecV7StoredDecoder(),
  begin: conversation(v7Command(COMMAND.queryStored), v7Command(COMMAND.stopStored)),
};
