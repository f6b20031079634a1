import { describeGattLinkContract } from '../testing/gatt-link-contract.ts';
import { memoryRadio } from '../testing/memory-radio.ts';

describeGattLinkContract('a radio in memory', async peripheral => {
  const radio = memoryRadio();
  const address = 'c0:26:da:00:00:01';
  radio.switchOn(address, peripheral);
  return {
    link: radio.link,
    address,
    absentAddress: 'c0:26:da:00:00:02',
    hangUp: () => radio.hangUp(address),
    stop: () => radio.link.close(),
  };
});
