import { assert } from '@shimabashi/contracts';
import { bytesFromHex } from '../hex.ts';
import { describeDriverContract } from '../testing/driver-contract.ts';
import { noninDf2 } from './nonin-df2.ts';
import { PUFFERFISH_PACKET } from '../testing/nonin-df2-vectors.ts';

const noise = bytesFromHex('00 ff 17 80 01 01 80');
assert(noise !== undefined, 'the hex is right');

describeDriverContract(noninDf2, {
  goodStream: Uint8Array.from([...PUFFERFISH_PACKET, ...PUFFERFISH_PACKET]),
  numbers: [
    ['pulse-rate', 72],
    ['SpO2', 97],
    ['pulse-rate', 72],
    ['SpO2', 97],
  ],
  badBytes: noise,
  possible: { 'pulse-rate': [18, 321], SpO2: [1, 100] },
});
