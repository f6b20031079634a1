/**
 * How long a streamed number may stand on a screen as if it were now, in milliseconds.
 *
 * Per parameter, never longer than this for anything that streams (Nonin sends numbers three times
 * a second). Source: architecture, "staleness is per parameter: a streamed number is stale after at
 * most 3 s"; mdpnp's watchdog for Nonin uses the same 3,000 ms (`AbstractSerialDevice`).
 */
export const STREAM_STALE_AFTER_MS = 3_000;

/** An age up to this reads "now". Source: design language, section 8 (今 is at most 2 s). */
export const AGE_NOW_MS = 2_000;

/** Largest JSON body of one row, in bytes. A full Observation is about 1.2 kB. */
export const ROW_BODY_BYTES_MAX = 1_048_576;

/** Largest body of one push of operations after decompression, in bytes. */
export const PUSH_BODY_BYTES_MAX = 8_388_608;

/** Largest single FHIR resource as JSON, in characters. Photographs travel as 64 KiB rows. */
export const RESOURCE_CHARS_MAX = 262_144;

/** Most operations in one push or pull. */
export const OPERATIONS_PER_BATCH_MAX = 500;

/** Largest WebSocket message, in bytes. */
export const SOCKET_MESSAGE_BYTES_MAX = 262_144;

/** Most samples in one live message. Four parameters at 3 Hz for a second are twelve. */
export const SAMPLES_PER_MESSAGE_MAX = 64;

/** Most samples in one waveform block: two seconds of a 500 Hz ECG. */
export const WAVEFORM_SAMPLES_PER_BLOCK_MAX = 1_000;

/** How long the store vouches for a sample that a nurse may save, in milliseconds. */
export const SAMPLE_HELD_MS = 120_000;

/** Largest photograph, in bytes: a full-sensor JPEG of an exam camera has 2 to 6 MB. */
export const PHOTO_BYTES_MAX = 8_388_608;

/** Largest thumbnail, in bytes: it is to fit one row, and a second of a 200 kbit/s link. */
export const THUMBNAIL_BYTES_MAX = 24_576;

/** Bytes of a photograph that travel together, and that a cut link costs. The last has what is left. */
export const CHUNK_BYTES = 65_536;

/** Largest JSON body of the row that saves a photograph: both pictures in base64, and the rest. */
export const PHOTO_BODY_BYTES_MAX = 11_534_336;
