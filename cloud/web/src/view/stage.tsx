import type { ReactNode, RefObject } from 'react';
import { splitSentences } from '../i18n/texts.ts';
import { formatDuration } from '../status/duration.ts';
import { StatusMark } from './icons.tsx';
import { hasArea, isCrisp, place, zoomOf } from './magnify/magnifier.ts';
import { useWords } from './words-context.tsx';
import type { PictureScreen } from '../media/picture-screen.ts';
import type { StreamStatus } from '../status/stream-status.ts';
import type { StatusWords } from '../status/status-words.ts';
import type { ViewerSnapshot } from '../viewer-snapshot.ts';
import type { MagnifierControl } from './magnify/use-magnifier.ts';

interface StageProps {
  readonly snapshot: ViewerSnapshot;
  readonly status: StatusWords;
  readonly screen: PictureScreen;
  readonly magnifier: MagnifierControl;
  readonly viewport: RefObject<HTMLDivElement | null>;
}

/** The picture at its true aspect, and over it what must be said when it is not live. */
export const Stage = ({ snapshot, status, screen, magnifier, viewport }: StageProps): ReactNode => {
  const { say } = useWords();
  const { picture } = snapshot.view;
  const { state, geometry } = magnifier;
  const isPlaced = hasArea(geometry);
  const { left, top, width, height } = isPlaced ? place(state, geometry) : { left: 0, top: 0, width: 0, height: 0 };
  const style = isPlaced ? { width: `${width}px`, height: `${height}px`, transform: `translate(${left}px, ${top}px)` } : { width: '100%', height: '100%' };
  const classes = `picture picture-${picture}${isCrisp(state, geometry) ? ' picture-crisp' : ''}`;
  const isFitted = state.mode === 'fit';
  return (
    <main className="stage">
      <div ref={viewport} className={`viewport${isFitted ? '' : ' viewport-magnified'}`} tabIndex={0} role="group" aria-label={say('pictureLabel')} aria-keyshortcuts="+ - 0 1">
        <video ref={screen.attachVideo} className={classes} style={style} data-kept={snapshot.kept} aria-hidden="true" muted autoPlay playsInline disablePictureInPicture />
        <canvas ref={screen.attachCanvas} className={classes} style={style} hidden={!snapshot.kept} aria-hidden="true" width={0} height={0} />
      </div>
      {!isFitted && isPlaced && picture !== 'none' && <span className="zoom-factor">{`${Math.round(zoomOf(state, geometry) * 100)} %`}</span>}
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
  const { view, words } = snapshot;
  const isOld = view.picture === 'old';
  const ageS = snapshot.pictureAgeS ?? 0;
  const age = ageS === 0 ? say('lastPictureNow') : say('lastPictureAge', { time: formatDuration(ageS * 1000) });
  const hubWords = words !== null && needsHubWords(view.status) ? words[language] : '';
  return (
    <div className={`overlay ${isOld ? 'overlay-old' : 'overlay-none'} tone-${status.tone}`}>
      <div className="card">
        <StatusMark icon={status.icon} />
        {/* Any gesture will do; a button says so, and can be reached by the keyboard. */}
        {view.status.kind === 'blocked' ? <button type="button" className="card-play">{status.title}</button> : <p className="card-title">{status.title}</p>}
        {status.detail !== '' && <p className="card-detail">{splitSentences(status.detail).map((sentence) => <span key={sentence}>{sentence}</span>)}</p>}
        {isOld && <p className="card-stale">{say('lastPicture')}<span>{age}</span></p>}
        {hubWords !== '' && <p className="card-hub">{hubWords}</p>}
      </div>
    </div>
  );
};
