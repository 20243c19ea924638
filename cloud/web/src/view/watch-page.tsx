import { useEffect, useRef, useState, useSyncExternalStore, type ReactNode } from 'react';
import { keepShortcuts, readShortcuts } from '../i18n/language.ts';
import { describeStatus } from '../status/status-words.ts';
import { DetailsSheet } from './details-sheet.tsx';
import { CheckCode, Identity, Tools } from './header.tsx';
import { useMagnifier } from './magnify/use-magnifier.ts';
import { Metrics } from './metrics.tsx';
import { Stage } from './stage.tsx';
import { StatusLine } from './status-line.tsx';
import { useFullScreen } from './use-full-screen.ts';
import { useWords } from './words-context.tsx';
import type { Viewer } from '../viewer.ts';

/** The whole page of a running or ended session. */
export const WatchPage = ({ viewer, onSwitchLanguage }: { readonly viewer: Viewer; readonly onSwitchLanguage: () => void }): ReactNode => {
  const snapshot = useSyncExternalStore(viewer.subscribe, viewer.getSnapshot);
  const { language, say } = useWords();
  const [open, setOpen] = useState(false);
  const [hasShortcuts, setShortcuts] = useState(readShortcuts);
  const viewport = useRef<HTMLDivElement>(null);
  const magnifier = useMagnifier(viewport, { width: snapshot.size.widthPx, height: snapshot.size.heightPx });
  const fullScreen = useFullScreen();
  const toggleFullScreen = fullScreen?.toggle;
  const status = describeStatus(snapshot.view.status, language);
  const { press } = magnifier;

  useEffect(() => {
    const take = (event: KeyboardEvent): void => {
      if (event.ctrlKey || event.metaKey || event.altKey) return;
      if (event.key === 'Escape') { setOpen(false); return; }
      if (!hasShortcuts) return;
      if ((event.key === 'f' || event.key === 'F') && !event.repeat) toggleFullScreen?.();
      else if (press(event.key)) event.preventDefault();
    };
    window.addEventListener('keydown', take);
    return () => window.removeEventListener('keydown', take);
  }, [toggleFullScreen, hasShortcuts, press]);

  const switchShortcuts = (): void => {
    keepShortcuts(!hasShortcuts);
    setShortcuts(!hasShortcuts);
  };
  // Nothing will be seen here any more: what belongs to a picture goes with it.
  const isOver = snapshot.view.status.kind === 'failed' || snapshot.view.status.kind === 'ended';
  const title = [status.spoken, snapshot.session?.room, 'ScanLink'].filter((part) => part !== undefined).join(' · ');
  return (
    <div className="page" data-status={snapshot.view.status.kind} data-picture={snapshot.view.picture}>
      <title>{title}</title>
      <header className="header">
        <Identity session={snapshot.session} />
        {(snapshot.session !== null || !isOver) && <CheckCode code={snapshot.session?.code ?? null} />}
      </header>
      <Tools magnifier={isOver ? null : magnifier} fullScreen={fullScreen} onSwitchLanguage={onSwitchLanguage} />
      <Stage snapshot={snapshot} status={status} screen={viewer.screen} magnifier={magnifier} viewport={viewport} />
      <StatusLine snapshot={snapshot} status={status} />
      {!isOver && <Metrics snapshot={snapshot} open={open} onToggle={() => setOpen(!open)} />}
      {open && !isOver && <DetailsSheet snapshot={snapshot} hasShortcuts={hasShortcuts} onSwitchShortcuts={switchShortcuts} onClose={() => setOpen(false)} />}
      <footer className="intended-use">{say('intendedUse')}</footer>
    </div>
  );
};
