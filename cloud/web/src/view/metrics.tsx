import type { ReactNode } from 'react';
import { ToolIcon } from './icons.tsx';
import { describeBitrate, describeDelay, describeFps, describeLoss, describeResolution, NOTHING } from './metric-values.ts';
import { useWords } from './words-context.tsx';
import { noRates, noStats } from '../media/stream-stats.ts';
import type { StreamStats } from '../media/stream-stats.ts';
import type { ViewerSnapshot } from '../viewer-snapshot.ts';

/** An old picture has a size and no rate any more; where there is none at all only what was counted is left. */
export function shownStats({ view, stats }: ViewerSnapshot): StreamStats {
  if (view.picture === 'none') return { ...noStats, freezes: stats.freezes };
  return view.picture === 'old' ? { ...stats, ...noRates } : stats;
}

interface MetricsProps { readonly snapshot: ViewerSnapshot; readonly open: boolean; readonly onToggle: () => void }

/** The discreet line of figures; on a narrow screen only the delay stays, the rest is in the sheet. */
export const Metrics = ({ snapshot, open, onToggle }: MetricsProps): ReactNode => {
  const words = useWords();
  const { say } = words;
  const { view } = snapshot;
  const stats = shownStats(snapshot);
  const delay = describeDelay(snapshot.delay, view.picture, words);
  return (
    <section className="metrics" aria-label={say('figures')}>
      <dl className="figures">
        <div className="figure figure-delay" data-metric="delay"><dt>{say('delay')}</dt><dd>{delay.value}{delay.uncertainty !== '' && <small> {delay.uncertainty}</small>}{delay.reason !== '' && delay.value !== NOTHING && <small className="reason"> {delay.reason}</small>}</dd></div>
        <div className="figure" data-metric="resolution"><dt>{say('resolution')}</dt><dd>{describeResolution(stats)}</dd></div>
        <div className="figure" data-metric="fps"><dt>{say('frameRate')}</dt><dd>{describeFps(stats, words)}</dd></div>
        <div className="figure" data-metric="bitrate"><dt>{say('bitrate')}</dt><dd>{describeBitrate(stats)}</dd></div>
        <div className="figure" data-metric="loss"><dt>{say('loss')}</dt><dd>{describeLoss(stats)}</dd></div>
      </dl>
      <button type="button" className="tool details-button" aria-expanded={open} aria-controls="details" aria-label={say('details')} title={say('details')} onClick={onToggle}><ToolIcon name={open ? 'close' : 'chevron'} /></button>
    </section>
  );
};
