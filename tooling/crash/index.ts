export { crashConsult } from './consult.ts';
export { cutPower } from './power-cut.ts';
export { crash } from './run.ts';
export { unexplainedSilences, watchScreen } from './silence.ts';
export { CONSULT_VICTIMS, kill, LOAD_VICTIMS } from './victims.ts';
