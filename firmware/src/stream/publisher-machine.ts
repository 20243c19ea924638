import type { GapReason } from '@scanlink/protocol';
import type { AppError } from '@scanlink/protocol';
import { backOffMs } from '@scanlink/protocol/lib/back-off';

/** attempt: connections tried since the path was last live. lostReason: null until a live path was lost or the hub was away. */
interface Trying { readonly attempt: number; readonly lostReason: GapReason | null; readonly error: AppError | null }
export type PublisherMachine =
  | ({ readonly state: 'posting' } & Trying)
  | ({ readonly state: 'connecting' } & Trying)
  | ({ readonly state: 'waiting' } & Trying)
  /** lostReason: of the loss that this connection ended. */
  | { readonly state: 'live'; readonly lostReason: GapReason | null }
  | { readonly state: 'refused'; readonly error: AppError; readonly lostReason: GapReason | null }
  | { readonly state: 'stopped' };

export type PublisherEvent =
  /** The server took the offer; the connection is being built. */
  | { readonly type: 'answered' }
  /** The path is open, confirmed, and a picture has gone out on it. */
  | { readonly type: 'confirmed' }
  /** This attempt came to nothing. random: 0..1, for the jitter. */
  | { readonly type: 'failed'; readonly error: AppError; readonly random: number }
  /** A live path is gone. */
  | { readonly type: 'lost'; readonly reason: GapReason; readonly error: AppError }
  /** What was known of the loss turned out otherwise (another relay answers). */
  | { readonly type: 'reason'; readonly reason: GapReason }
  | { readonly type: 'retry' }
  | { readonly type: 'stop' };

export type PublisherEffect =
  /** New peer connection and POST; whatever was before is closed. */
  | { readonly type: 'connect' }
  | { readonly type: 'drop-path' }
  | { readonly type: 'wait'; readonly delayMs: number }
  /** The encoder has had nothing to send to for a while. */
  | { readonly type: 'rest-encoder' }
  /** Nothing is sent any more; then DELETE, and only then the path is closed: the server hears it from the DELETE. */
  | { readonly type: 'end' };

export interface PublisherStep { readonly machine: PublisherMachine; readonly effects: readonly PublisherEffect[] }

/** With a connection attempt into silence (1 s) and the making of a path (0.3 s) the stream is live within 2 s of the hub's return. */
export const RETRY_RULE = { firstMs: 200, maxMs: 700 };
/** Failed attempts after which the encoder rests until an answer comes. */
const ATTEMPTS_BEFORE_REST = 3;

/** The first step: an attempt at once. */
export function startPublisher(): PublisherStep {
  return { machine: { state: 'posting', attempt: 0, lostReason: null, error: null }, effects: [{ type: 'connect' }] };
}

/** What follows from an event; one that does not fit the state is old news and changes nothing. */
export function stepPublisher(machine: PublisherMachine, event: PublisherEvent): PublisherStep {
  if (machine.state === 'stopped') return same(machine);
  if (event.type === 'stop') return { machine: { state: 'stopped' }, effects: [{ type: 'end' }] };
  if (machine.state === 'refused') return same(machine);
  switch (event.type) {
    case 'answered': return machine.state === 'posting' ? { machine: { ...machine, state: 'connecting' }, effects: [] } : same(machine);
    case 'confirmed': return machine.state === 'connecting' ? { machine: { state: 'live', lostReason: machine.lostReason }, effects: [] } : same(machine);
    case 'failed': return machine.state === 'posting' || machine.state === 'connecting' ? fail(machine, event.error, event.random) : same(machine);
    case 'lost': {
      if (machine.state !== 'live') return same(machine);
      return { machine: { state: 'posting', attempt: 0, lostReason: event.reason, error: event.error }, effects: [{ type: 'drop-path' }, { type: 'connect' }] };
    }
    case 'reason': return machine.state !== 'live' && machine.lostReason !== null ? { machine: { ...machine, lostReason: event.reason }, effects: [] } : same(machine);
    case 'retry': return machine.state === 'waiting' ? { machine: { ...machine, state: 'posting' }, effects: [{ type: 'connect' }] } : same(machine);
    default: return same(machine);
  }
}

/** What a failed attempt says about the cause; null: nothing new. */
export function reasonOf(error: AppError): GapReason | null {
  if (error.code === 'HUB_RELAY_DOWN' || error.code === 'STR_WHIP_BUSY') return 'relay-restarted';
  if (error.code !== 'STR_HUB_UNREACHABLE') return error.code === 'HUB_STOPPING' ? 'hub-unreachable' : null;
  const networkAway = ['ETIMEDOUT', 'ENETUNREACH', 'EHOSTUNREACH', 'ENETDOWN', 'EAI_AGAIN', 'ENOTFOUND', 'no answer'];
  return networkAway.includes(String(error.context['detail'])) ? 'network-lost' : 'hub-unreachable';
}

function fail(machine: PublisherMachine & Trying, error: AppError, random: number): PublisherStep {
  if (!error.retryable) return { machine: { state: 'refused', error, lostReason: machine.lostReason }, effects: [{ type: 'drop-path' }, { type: 'rest-encoder' }] };
  const attempt = machine.attempt + 1;
  const asked = error.context['retryAfterMs'];
  const delayMs = Math.max(backOffMs(RETRY_RULE, machine.attempt, random), typeof asked === 'number' ? asked : 0);
  const rest = attempt >= ATTEMPTS_BEFORE_REST ? [{ type: 'rest-encoder' } as const] : [];
  return {
    machine: { state: 'waiting', attempt, lostReason: reasonOf(error) ?? machine.lostReason, error },
    effects: [{ type: 'drop-path' }, ...rest, { type: 'wait', delayMs }],
  };
}

function same(machine: PublisherMachine): PublisherStep {
  return { machine, effects: [] };
}
