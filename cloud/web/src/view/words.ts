import { fill, pick, texts, type TextKey } from '../i18n/texts.ts';
import type { Language, Text } from '@scanlink/protocol/texts';

/** The page's words in the chosen language. */
export interface Words {
  readonly language: Language;
  readonly say: (key: TextKey, values?: Readonly<Record<string, string | number>>) => string;
  readonly pick: (text: Text) => string;
}

export const wordsOf = (language: Language): Words => ({
  language,
  say: (key, values = {}) => fill(pick(texts[key], language), values),
  pick: (text) => pick(text, language),
});
