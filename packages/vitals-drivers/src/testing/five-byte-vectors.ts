import { hexVector } from './hex-vector.ts';

/**
 * Two frames with the values that the test says: 72 /min and 98 %, then 75 /min and 97 %.
 *
 * Source: berry-oximeter 0.0.3 (PyPI, MIT), `tests`, `TestBCIProtocolParser.test_multiple_packets`.
 * Written by hand there, not recorded from a device.
 */
export const BERRY_OXIMETER_FRAMES: Uint8Array = hexVector('87 32 05 48 62   88 28 04 4b 61');

/**
 * Contec frames with one field set, and what the field then is.
 *
 * Source: atbrask/CMS50Dplus, `unittests.py` (test_LiveData_pulseRate, _bloodSpO2, _fingerOut,
 * _droppingSpO2, _probeError, _searching). Written by hand there, not recorded from a device.
 */
export const ATBRASK_FRAMES = {
  pulseRate72: hexVector('80 00 00 48 00'),
  pulseRate200: hexVector('80 00 40 48 00'),
  spO2Of97: hexVector('80 00 00 00 61'),
  fingerOut: hexVector('90 00 00 00 00'),
  droppingSpO2: hexVector('a0 00 00 00 00'),
  probeError: hexVector('80 00 10 00 00'),
  searching: hexVector('80 00 20 00 00'),
} as const;
