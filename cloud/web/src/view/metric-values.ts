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
 * Only for a picture of the console; a notice of the box was never captured. No delay is below nothing, however clocks differ.
 */
export function describeDelay(delay: Delay, picture: PictureState, words: Words): DelayText {
  if (picture !== 'current') return { value: NOTHING, uncertainty: '', reason: '' };
  if (delay.kind === 'measured') return { value: `${Math.max(0, Math.round(delay.medianMs))} ms`, uncertainty: `±${Math.max(1, Math.ceil(delay.uncertaintyMs))}`, reason: '' };
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

const H264_PROFILES: Readonly<Record<string, string>> = { '42': 'Baseline', '4d': 'Main', '58': 'Extended', '64': 'High' };

/** `H264 42e01f` as a technician reads it; a profile without a name stays as it is. Source: RFC 6184, table 5. */
export function describeCodec(stats: StreamStats, words: Words): string {
  if (stats.codec === null) return NOTHING;
  const [, idc = '', constraints = ''] = /^H264 (..)(..)..$/.exec(stats.codec) ?? [];
  const name = H264_PROFILES[idc];
  if (name === undefined) return stats.codec;
  return words.say('h264Profile', { profile: idc === '42' && (Number.parseInt(constraints, 16) & 0x40) !== 0 ? 'Constrained Baseline' : name });
}

export function describeLoss(stats: StreamStats): string {
  return stats.lossFraction === null ? NOTHING : `${(stats.lossFraction * 100).toFixed(1)} %`;
}
