import { afterEach, beforeEach, describe } from 'vitest';
import { type ChartLog } from '../log.ts';
import { describeBinaries } from './contract-binaries.ts';
import { describeAsHub } from './contract-hub.ts';
import { describeAsKiosk } from './contract-kiosk.ts';
import { describeParked } from './contract-parked.ts';
import { describeQueries } from './contract-queries.ts';
import { type ChartLogHome } from './home.ts';

/** What every store of a chart's log must do. */
export function describeChartLogContract(name: string, newHome: () => ChartLogHome): void {
  describe(`${name} keeps the contract of the chart's log`, () => {
    let home: ChartLogHome;
    let log: ChartLog;

    beforeEach(() => {
      home = newHome();
      log = home.open();
    });
    afterEach(() => {
      log.close();
      home.remove();
    });

    const openHome = {
      get log() {
        return log;
      },
      reopen: (options?: { readonly renewEpoch?: boolean }) => {
        log.close();
        log = home.open(options);
      },
    };
    describeAsKiosk(openHome);
    describeAsHub(openHome);
    describeQueries(openHome);
    describeBinaries(openHome);
    describeParked(openHome);
  });
}
