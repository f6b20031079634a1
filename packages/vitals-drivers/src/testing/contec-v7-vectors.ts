import { hexVector } from './hex-vector.ts';

/**
 * Captures of real devices. What they mean follows from the packet table; of the first the project
 * states the pulse (its picture says 63 /min a moment earlier).
 */
export const CONTEC_V7_CAPTURES = {
  /**
   * CMS50E, 60 /min and 99 %. Source: titinho11/CMS50E-raw-ppg-data, `data`, the first three frames
   * and two with a beep.
   */
  cms50e: hexVector(`
    01 e0 84 93 92 bc e3 ff ff   01 e0 84 93 92 bc e3 ff ff   01 e0 84 92 92 bc e3 ff ff
    01 e0 c4 c4 98 bc e3 ff ff   01 e0 c4 c0 98 bc e3 ff ff`),
  /** CMS50D+, 65 /min and 97 %. Source: headrotor/art-sensors, `spO2/upload_data.py`, notes in the code. */
  cms50dPlus: hexVector(`
    01 e0 85 b3 96 c1 e1 ff ff   01 e0 85 b0 96 c1 e1 ff ff   01 e0 85 ae 95 c1 e1 ff ff
    01 e0 85 ac 95 c1 e1 ff ff   01 e0 85 ab 95 c1 e1 ff ff`),
  /** CMS60C without a finger. Source: InfantLab/Contec-Pulse-Oximeter-in-Matlab, `Data/log one run.htm`. */
  noFinger: hexVector('01 e9 94 c0 95 ff ff ff ff'),
  /** CMS50D+ idling. Source: MarkMLl/Contec_cms50dplus, `cms50dplus4v6/consoleapp.pas`, notes in the code. */
  idle: hexVector('01 e1 84 c0 90 80 80 ff ff'),
  /**
   * The answers of a CMS50D+ to `A7`, `A2` and `A6`: a recording of 31 seconds, 13 of them without
   * a finger before and 2 after. Source: headrotor/art-sensors, `spO2/upload_data.py`, notes in the code.
   */
  recording: hexVector(`
    0c 80   0c 80
    0f 80 80 80 80 80 80 80   0f 80 80 80 80 80 80 80   0f 80 80 80 80 80 80 80   0f 80 80 80 80 80 80 80
    0f 80 80 80 de be de be   0f 80 df bd df bc df b9   0f 80 e1 b7 e2 bb e2 bb   0f 80 e2 bb e2 bb e2 bf
    0f 80 e2 be e2 be e2 be   0f 80 e2 be e2 be e2 be   0f 80 e2 be 80 80 80 80`),
} as const;
