import { delayReasonTexts } from '../i18n/texts.ts';
import type { Delay } from '../media/delay-meter.ts';
import type { StreamStats } from '../media/stream-stats.ts';
import type { PictureState } from '../status/stream-status.ts';
import type { Words } from './words.ts';

/** Shown where nothing is known. */
export const NOTHING = '–';

export interface DelayText { readonly value: string; readonly uncertainty: string; readonly reason: string }

/**
 * The delay as text: `41 ms` and `±1`, or the words that it cannot be measured, with the reason.
 * Only for a picture of the console; a notice of the box was never captured.
 */
export function describeDelay(delay: Delay, picture: PictureState, words: Words): DelayText {
  if (picture !== 'current') return { value: NOTHING, uncertainty: '', reason: '' };
  if (delay.kind === 'measured') return { value: `${Math.round(delay.medianMs)} ms`, uncertainty: `±${Math.max(1, Math.ceil(delay.uncertaintyMs))}`, reason: '' };
  if (delay.reason === 'no-frames') return { value: NOTHING, uncertainty: '', reason: words.pick(delayReasonTexts[delay.reason]) };
  return { value: words.say('delayUnknown'), uncertainty: '', reason: words.pick(delayReasonTexts[delay.reason]) };
}

export function describeResolution(stats: StreamStats): string {
  return stats.widthPx > 0 && stats.heightPx > 0 ? `${stats.widthPx} × ${stats.heightPx}` : NOTHING;
}

export function describeFps(stats: StreamStats, words: Words): string {
  return stats.fps === null ? NOTHING : words.say('framesPerSecond', { n: Math.round(stats.fps) });
}

/** Mbit/s with one decimal from 1000 kbit/s on. */
export function describeBitrate(stats: StreamStats): string {
  if (stats.bitrateKbps === null) return NOTHING;
  return stats.bitrateKbps >= 1000 ? `${(stats.bitrateKbps / 1000).toFixed(1)} Mbit/s` : `${Math.round(stats.bitrateKbps)} kbit/s`;
}

export function describeLoss(stats: StreamStats): string {
  return stats.lossFraction === null ? NOTHING : `${(stats.lossFraction * 100).toFixed(1)} %`;
}
