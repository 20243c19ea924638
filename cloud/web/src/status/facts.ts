import type { ViewedSession } from '../hub/session-info.ts';

/** Why the page can't go on by itself (or, for `unknown-session`, asks only now and then). */
export type FailureReason = 'no-access' | 'link-expired' | 'unknown-session' | 'not-acceptable' | 'too-old' | 'no-h264' | 'no-webrtc';

/** How the media connection stands. `lastAnswer` tells what the hub said to the newest WHEP request. */
export interface MediaFacts {
  readonly phase: 'idle' | 'asking' | 'connecting' | 'connected' | 'waiting';
  readonly lastAnswer: 'none' | 'accepted' | 'unavailable' | 'unreachable';
  /** What the relay says of the publisher; null before it said anything on this connection. */
  readonly flow: { readonly publisher: boolean; readonly flowing: boolean } | null;
  /** True once the clock channel opened on this connection. */
  readonly clockOpen: boolean;
}

/** Everything the status is derived from. Ages in milliseconds by the page's monotonic clock; null: never. */
export interface StatusFacts {
  readonly failure: FailureReason | null;
  readonly ended: boolean;
  readonly session: ViewedSession | null;
  /** Hub's wall clock now, Unix milliseconds; null before the first session message. */
  readonly hubNowMs: number | null;
  /** Since the last byte of the event stream. */
  readonly hubSilentMs: number | null;
  /** Since the last message on the media path's clock channel. */
  readonly pathSilentMs: number | null;
  /** Since the last picture was presented (decoded, in a hidden tab). */
  readonly pictureAgeMs: number | null;
  readonly media: MediaFacts;
  /** Since the page began to join. */
  readonly openForMs: number;
  readonly online: boolean;
  /** The browser plays nothing before a person's gesture. */
  readonly playRefused: boolean;
  /** Hidden tabs are judged by slower counters. */
  readonly hidden: boolean;
}
