import type { ReactNode } from 'react';
import { LanguageButton } from './header.tsx';
import { useWords } from './words-context.tsx';

/** For somebody who came without a link, or with half of one. */
export const NoLinkPage = ({ kind, onSwitchLanguage }: { readonly kind: 'missing' | 'invalid' | 'unsupported'; readonly onSwitchLanguage: () => void }): ReactNode => {
  const { say } = useWords();
  return (
    <div className="no-link" data-status={`link-${kind}`}>
      <title>{`${say(`${kind}Title`)} · ScanLink`}</title>
      <div className="no-link-tools"><LanguageButton onSwitch={onSwitchLanguage} /></div>
      <main>
        <svg className="no-link-mark" viewBox="0 0 32 32" fill="none" stroke="currentColor" strokeWidth="1.6" strokeLinejoin="round" aria-hidden="true"><path d="M16 6 27 23a19 19 0 0 1-22 0Z" /><circle cx="16" cy="19" r="2" /></svg>
        <h1>{say(`${kind}Title`)}</h1>
        <p>{say(`${kind}Body`)}</p>
      </main>
      <footer className="intended-use">{say('intendedUse')}</footer>
    </div>
  );
};
