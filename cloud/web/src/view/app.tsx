import { useEffect, useState, type ReactNode } from 'react';
import { keepLanguage, languageTag, readLanguage } from '../i18n/language.ts';
import { NoLinkPage } from './no-link-page.tsx';
import { WatchPage } from './watch-page.tsx';
import { WordsContext } from './words-context.tsx';
import { wordsOf } from './words.ts';
import type { Viewer } from '../viewer.ts';

export type AppContent = { readonly kind: 'viewer'; readonly viewer: Viewer } | { readonly kind: 'missing' | 'invalid' | 'unsupported' };

export const App = ({ content }: { readonly content: AppContent }): ReactNode => {
  const [language, setLanguage] = useState(readLanguage);
  useEffect(() => { document.documentElement.lang = languageTag(language); }, [language]);
  const switchLanguage = (): void => {
    const next = language === 'zh' ? 'en' : 'zh';
    keepLanguage(next);
    setLanguage(next);
  };
  return (
    <WordsContext value={wordsOf(language)}>
      {content.kind === 'viewer' ? <WatchPage viewer={content.viewer} onSwitchLanguage={switchLanguage} /> : <NoLinkPage kind={content.kind} onSwitchLanguage={switchLanguage} />}
    </WordsContext>
  );
};
