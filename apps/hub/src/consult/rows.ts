import { type HubContract, type RowHandlers } from '@shimabashi/contracts';
import { doctorOf, type HubContext } from '../identity/caller.ts';
import { type Consults } from './consults.ts';

/** The rows that end a visit. */
export function consultRows(
  consults: Consults,
): Pick<RowHandlers<HubContract, HubContext>, 'notes.save' | 'visits.close'> {
  return {
    'notes.save': (request, context) => consults.saveNote(doctorOf(context), request),
    'visits.close': (request, context) => consults.closeVisit(doctorOf(context), request),
  };
}
