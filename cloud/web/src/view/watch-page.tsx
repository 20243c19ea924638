import { useEffect, useState, useSyncExternalStore, type ReactNode } from 'react';
import { describeStatus } from '../status/status-words.ts';
import { CheckCode, Identity, Tools } from './header.tsx';
import { DetailsSheet, Metrics } from './metrics.tsx';
import { Stage, type Zoom } from './stage.tsx';
import { StatusLine } from './status-line.tsx';
import { useFullScreen } from './use-full-screen.ts';
import { useWords } from './words-context.tsx';
import type { Viewer } from '../viewer.ts';

/** The whole page of a running or ended session. */
export const WatchPage = ({ viewer, onSwitchLanguage }: { readonly viewer: Viewer; readonly onSwitchLanguage: () => void }): ReactNode => {
  const snapshot = useSyncExternalStore(viewer.subscribe, viewer.getSnapshot);
  const { language, say } = useWords();
  const [zoom, setZoom] = useState<Zoom>('fit');
  const [open, setOpen] = useState(false);
  const fullScreen = useFullScreen();
  const toggleFullScreen = fullScreen?.toggle;
  const status = describeStatus(snapshot.view.status, language);

  useEffect(() => {
    const press = (event: KeyboardEvent): void => {
      if (event.ctrlKey || event.metaKey || event.altKey || event.repeat) return;
      if (event.key === 'f' || event.key === 'F') toggleFullScreen?.();
      else if (event.key === '1') setZoom('actual');
      else if (event.key === '0') setZoom('fit');
      else if (event.key === 'Escape') setOpen(false);
    };
    window.addEventListener('keydown', press);
    return () => window.removeEventListener('keydown', press);
  }, [toggleFullScreen]);

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
      <Tools zoom={isOver ? null : zoom} onZoom={setZoom} fullScreen={fullScreen} onSwitchLanguage={onSwitchLanguage} />
      <Stage snapshot={snapshot} status={status} zoom={zoom} attachVideo={viewer.attachVideo} />
      <StatusLine snapshot={snapshot} status={status} />
      {!isOver && <Metrics snapshot={snapshot} open={open} onToggle={() => setOpen(!open)} />}
      {open && !isOver && <DetailsSheet snapshot={snapshot} onClose={() => setOpen(false)} />}
      <footer className="intended-use">{say('intendedUse')}</footer>
    </div>
  );
};
