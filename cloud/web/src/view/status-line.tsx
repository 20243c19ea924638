import type { ReactNode } from 'react';
import { StatusMark } from './icons.tsx';
import { useWords } from './words-context.tsx';
import type { StatusWords } from '../status/status-words.ts';
import type { ViewerSnapshot } from '../viewer-snapshot.ts';

/** The one status in colour, words and shape; where a card stands on the stage it says the rest. Simulated is told apart from it, beside it. */
export const StatusLine = ({ snapshot, status }: { readonly snapshot: ViewerSnapshot; readonly status: StatusWords }): ReactNode => {
  const { say } = useWords();
  const { session, skipping, view } = snapshot;
  const isShown = view.picture === 'current' || view.picture === 'notice';
  const notes = [skipping && isShown ? say('skipping') : '', session?.live?.input?.black === true && view.picture === 'current' ? say('black') : '',
    session?.live?.input?.colourApproximate === true && view.picture === 'current' ? say('approximate') : ''].filter((note) => note !== '');
  return (
    <section className={`status tone-${status.tone}`} aria-label={say('statusLabel')}>
      <StatusMark icon={status.icon} />
      <p className="status-words">
        <strong>{status.title}</strong>
        {[isShown ? status.detail : '', ...notes].filter((part) => part !== '').map((part) => <span key={part}>{part}</span>)}
      </p>
      {session?.simulated === true && <span className="badge" title={say('simulatedHint')}>{say('simulated')}</span>}
      <span className="spoken" role="status" aria-live="polite">{[status.spoken, view.picture === 'old' ? say('lastPicture') : '', ...notes].filter((part) => part !== '').join(' · ')}</span>
    </section>
  );
};
