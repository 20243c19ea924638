import { useEffect, useRef, type ReactNode } from 'react';
import { ToolIcon } from './icons.tsx';
import { describeBitrate, describeCodec, describeDelay, describeFps, describeLoss, describeResolution, NOTHING } from './metric-values.ts';
import { shownStats } from './metrics.tsx';
import { useWords } from './words-context.tsx';
import type { ViewerSnapshot } from '../viewer-snapshot.ts';

interface SheetProps {
  readonly snapshot: ViewerSnapshot;
  readonly hasShortcuts: boolean;
  readonly onSwitchShortcuts: () => void;
  readonly onClose: () => void;
}

/** Everything that is known of the stream, for whoever is asked over the telephone, and how the picture is handled. */
export const DetailsSheet = ({ snapshot, hasShortcuts, onSwitchShortcuts, onClose }: SheetProps): ReactNode => {
  const words = useWords();
  const { say } = words;
  const sheet = useRef<HTMLElement>(null);
  const { view, session } = snapshot;
  const stats = shownStats(snapshot);
  const delay = describeDelay(snapshot.delay, view.picture, words);
  const rows: readonly (readonly [string, string])[] = [
    [say('delayLong'), [delay.value, delay.uncertainty, delay.reason].filter((part) => part !== '').join(' ')],
    [say('resolution'), describeResolution(stats)],
    [say('sourceTiming'), session?.live?.input?.timing ?? NOTHING],
    [say('frameRate'), describeFps(stats, words)],
    [say('bitrate'), describeBitrate(stats)],
    [say('loss'), describeLoss(stats)],
    [say('freezes'), say('freezesValue', { n: stats.freezes })],
    [say('codec'), describeCodec(stats, words)],
  ];

  useEffect(() => {
    const look = (event: PointerEvent): void => {
      const target = event.target instanceof Element ? event.target : null;
      if (target !== null && sheet.current?.contains(target) === false && target.closest('.details-button') === null) onClose();
    };
    document.addEventListener('pointerdown', look);
    return () => document.removeEventListener('pointerdown', look);
  }, [onClose]);

  return (
    <aside ref={sheet} className="sheet" id="details" aria-label={say('details')} tabIndex={0}>
      <button type="button" className="tool sheet-close" aria-label={say('close')} onClick={onClose}><ToolIcon name="close" /></button>
      <dl>{rows.map(([name, value]) => <div key={name}><dt>{name}</dt><dd>{value}</dd></div>)}</dl>
      <p>{say('checkCodeHint')}</p>
      <p>{say('gestures')}</p>
      <p>
        {say('shortcutKeys')}
        <button type="button" className="switch" role="switch" aria-checked={hasShortcuts} onClick={onSwitchShortcuts}>{say('shortcuts')}<span className="switch-mark" aria-hidden="true" /></button>
      </p>
    </aside>
  );
};
