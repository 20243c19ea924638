import { useRef, type ReactNode, type PointerEvent } from 'react';
import { splitSentences } from '../i18n/texts.ts';
import { formatDuration } from '../status/duration.ts';
import { StatusMark } from './icons.tsx';
import { useWords } from './words-context.tsx';
import type { StreamStatus } from '../status/stream-status.ts';
import type { StatusWords } from '../status/status-words.ts';
import type { ViewerSnapshot } from '../viewer-snapshot.ts';

export type Zoom = 'fit' | 'actual';

interface StageProps {
  readonly snapshot: ViewerSnapshot;
  readonly status: StatusWords;
  readonly zoom: Zoom;
  readonly attachVideo: (video: HTMLVideoElement) => () => void;
}

/** The picture at its true aspect, and over it what must be said when it is not live. */
export const Stage = ({ snapshot, status, zoom, attachVideo }: StageProps): ReactNode => {
  const { say } = useWords();
  const { picture } = snapshot.view;
  const pan = usePan(zoom === 'actual');
  // One picture point on one point of the screen, whatever the display's scale.
  const size = zoom === 'actual' && snapshot.size.widthPx > 0
    ? { width: `${snapshot.size.widthPx / window.devicePixelRatio}px`, height: `${snapshot.size.heightPx / window.devicePixelRatio}px` } : {};
  return (
    <main className="stage">
      <div className={`canvas zoom-${zoom}`} {...pan}>
        <video ref={attachVideo} className={`picture picture-${picture}`} style={size} aria-label={say('pictureLabel')} muted autoPlay playsInline disablePictureInPicture />
      </div>
      {(picture === 'old' || picture === 'none') && <Overlay snapshot={snapshot} status={status} />}
    </main>
  );
};

/** The hub's own sentence is shown where it knows more than the page's: what it would have taken. */
function needsHubWords(status: StreamStatus): boolean {
  return status.kind === 'failed' && (status.reason === 'not-acceptable' || status.reason === 'too-old');
}

const Overlay = ({ snapshot, status }: { readonly snapshot: ViewerSnapshot; readonly status: StatusWords }): ReactNode => {
  const { say, language } = useWords();
  const isOld = snapshot.view.picture === 'old';
  const ageS = snapshot.pictureAgeS ?? 0;
  const age = ageS === 0 ? say('lastPictureNow') : say('lastPictureAge', { time: formatDuration(ageS * 1000) });
  const hubWords = snapshot.words !== null && needsHubWords(snapshot.view.status) ? snapshot.words[language] : '';
  return (
    <div className={`overlay ${isOld ? 'overlay-old' : 'overlay-none'} tone-${status.tone}`}>
      <div className="card">
        <StatusMark icon={status.icon} />
        <p className="card-title">{status.title}</p>
        {status.detail !== '' && <p className="card-detail">{splitSentences(status.detail).map((sentence) => <span key={sentence}>{sentence}</span>)}</p>}
        {isOld && <p className="card-stale">{say('lastPicture')}<span>{age}</span></p>}
        {hubWords !== '' && <p className="card-hub">{hubWords}</p>}
      </div>
    </div>
  );
};

interface PanHandlers { onPointerDown(event: PointerEvent<HTMLDivElement>): void; onPointerMove(event: PointerEvent<HTMLDivElement>): void; onPointerUp(): void; onPointerCancel(): void }

/** Drags the picture with the mouse; fingers scroll it by themselves. */
function usePan(active: boolean): PanHandlers | Record<string, never> {
  const grip = useRef<{ x: number; y: number } | null>(null);
  if (!active) return {};
  const release = (): void => { grip.current = null; };
  return {
    onPointerDown: (event) => {
      if (event.pointerType !== 'mouse' || event.button !== 0) return;
      event.currentTarget.setPointerCapture(event.pointerId);
      grip.current = { x: event.clientX, y: event.clientY };
    },
    onPointerMove: (event) => {
      if (grip.current === null) return;
      event.currentTarget.scrollBy(grip.current.x - event.clientX, grip.current.y - event.clientY);
      grip.current = { x: event.clientX, y: event.clientY };
    },
    onPointerUp: release, onPointerCancel: release,
  };
}
