import type { PublishTarget } from '@scanlink/protocol';

export type PublishStep = 'keep' | 'update' | 'start' | 'stop' | 'restart';

/** What needs a new stream when it changes. The clock channel only when it comes: a hub that is away names no features. */
const HARD_KEYS = ['sessionId', 'input', 'whipUrl', 'profile', 'playoutDelayZero', 'stripHostCandidates'] as const;
/** Taken over by the running stream. previousLocation is none: what we reported comes back by it. */
const SOFT_KEYS = ['sessionCode', 'token', 'bitrateKbps', 'allowedRedirectHosts', 'iceServers', 'useNamedIceServers'] as const;

/** What to do about publishing: idempotent, and gentle with a running picture. */
export function planPublish(present: PublishTarget | null, wanted: PublishTarget | null): PublishStep {
  if (!present) return wanted ? 'start' : 'keep';
  if (!wanted) return 'stop';
  if (HARD_KEYS.some((key) => present[key] !== wanted[key])) return 'restart';
  if (wanted.clockChannel && !present.clockChannel) return 'restart';
  return SOFT_KEYS.some((key) => JSON.stringify(present[key]) !== JSON.stringify(wanted[key])) ? 'update' : 'keep';
}
