import { testScreensIn } from './screens-in.ts';

testScreensIn('ja');
