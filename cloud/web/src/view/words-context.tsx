import { createContext, useContext } from 'react';
import { wordsOf, type Words } from './words.ts';

export const WordsContext = createContext<Words>(wordsOf('en'));
export const useWords = (): Words => useContext(WordsContext);
