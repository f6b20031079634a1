import { createContext, type Dispatch, type SetStateAction, useContext } from 'react';

type SearchText = readonly [string, Dispatch<SetStateAction<string>>];

/**
 * What was typed into the search box. It lives in memory only, since it is a patient's name: not in
 * the address, not in the history. Back from a chart it is still there.
 */
export const SearchTextContext = createContext<SearchText>(['', () => undefined]);

export function useSearchText(): SearchText {
  return useContext(SearchTextContext);
}
