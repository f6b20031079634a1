import { testScreensIn } from './screens-in.ts';

testScreensIn('en');
