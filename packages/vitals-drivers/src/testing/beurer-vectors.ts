import { hexVector } from './hex-vector.ts';

/**
 * Blood Pressure Measurements as two cuffs sent them, and what their tests say that they mean.
 *
 * Source: derdilla/blood-pressure-monitor-fl, `ble_measurement_data_test.dart` (pull requests 735, 737).
 */
export const RECORDED_CUFFS = {
  /** Unnamed there; plain SIG: 124/86, mean 97, pulse 51, 2024-06-15 17:17:27. */
  plain: hexVector('16 7c00 5600 6100 e807 06 0f 11 11 1b 3300 0000'),
  /** Beurer BM85, user 0: 106/71, pulse 63, 2026-08-11 18:31. */
  bm85First: hexVector('56 6a00 4700 0000 ea07 08 0b 12 1f 00 003f 00 0000'),
  /** Beurer BM85, user 1: 113/73, pulse 65, 2026-08-11 20:56. */
  bm85Second: hexVector('56 7100 4900 0000 ea07 08 0b 14 38 00 0041 01 0000'),
  /** Beurer BM85, user 1: 119/70, pulse 87, 2026-08-11 20:57. */
  bm85Third: hexVector('56 7700 4600 0000 ea07 08 0b 14 39 00 0057 01 0040'),
} as const;
