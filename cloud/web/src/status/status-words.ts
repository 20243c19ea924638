import { signalTexts, type Language } from '@scanlink/protocol/texts';
import { failureTexts, fill, lostPartTexts, pick, signalHelpTexts, texts } from '../i18n/texts.ts';
import { formatDuration } from './duration.ts';
import type { StreamStatus } from './stream-status.ts';

/** Colour of a status; it never stands alone, words and the icon's shape say the same. */
export type Tone = 'good' | 'calm' | 'warn' | 'bad' | 'quiet';
export type StatusIcon = 'live' | 'unchanged' | 'stalled' | 'no-signal' | 'reconnecting' | 'suspended' | 'ended' | 'failed' | 'waiting';

export interface StatusWords {
  readonly tone: Tone;
  readonly icon: StatusIcon;
  /** The status in a word or two. */
  readonly title: string;
  /** What more is known; may be empty. */
  readonly detail: string;
  /** What a reader is told by sound: the title without a running time, so that it is not read out each second. */
  readonly spoken: string;
}

/** The words of a status in a language. */
export function describeStatus(status: StreamStatus, language: Language): StatusWords {
  const say = (key: keyof typeof texts): string => pick(texts[key], language);
  const forTime = (ms: number | null): string => (ms === null ? '' : fill(say('forTime'), { time: formatDuration(ms) }));
  const join = (...parts: string[]): string => parts.filter((part) => part !== '').join(' · ');
  const words = (tone: Tone, icon: StatusIcon, title: string, detail = '', spoken = title): StatusWords => ({ tone, icon, title, detail, spoken });
  switch (status.kind) {
    case 'opening': return words('quiet', 'waiting', say('opening'), say('openingDetail'));
    case 'waiting': return words('quiet', 'waiting', say('waiting'), say('waitingDetail'));
    case 'live': return words('good', 'live', say('live'));
    case 'unchanged': return words('calm', 'unchanged', fill(say('unchanged'), { time: formatDuration(status.forMs) }), say('unchangedDetail'), join(say('unchangedSpoken'), say('unchangedDetail')));
    case 'stalled': return words('warn', 'stalled', say('stalled'), join(say('stalledDetail'), forTime(status.forMs)));
    case 'no-signal': {
      const signal = pick(signalTexts[status.signal], language);
      const detail = status.detail === null ? '' : status.detail;
      return words('warn', 'no-signal', signal, join(detail, forTime(status.forMs), pick(signalHelpTexts[status.signal], language)), join(say('noSignal'), signal));
    }
    case 'unreported': return words('calm', 'live', say('unreported'), say('unreportedDetail'));
    case 'blocked': return words('quiet', 'waiting', say('blocked'), say('blockedDetail'));
    case 'late': return words('warn', 'stalled', say('late'), say('lateDetail'));
    case 'reconnecting': {
      const part = pick(lostPartTexts[status.part], language);
      // The picture is whole; what is missing is the word of what it shows.
      const title = say(status.pictureArrives ? 'statusUnknown' : 'reconnecting');
      return words('warn', 'reconnecting', title, join(part, status.pictureArrives ? say('pictureArrives') : ''), join(title, part));
    }
    case 'suspended': return words('quiet', 'suspended', say('suspended'), say('suspendedDetail'));
    case 'ended': return words('quiet', 'ended', say('ended'), say('endedDetail'));
    case 'failed':
    default: {
      const failure = failureTexts[status.reason];
      return words('bad', 'failed', pick(failure.title, language), pick(failure.body, language));
    }
  }
}
