import type { Logger } from '../lib/logger.ts';
import type { Store } from '../store/store.ts';
import type { Gate } from './auth/gate.ts';
import type { PresenceBook } from './control/presence.ts';
import type { EventStreams } from './events/event-streams.ts';
import type { RelayClient } from './relay/relay-client.ts';
import type { SessionFeed } from './events/session-feed.ts';
import type { ViewingKeeper } from './events/viewing-keeper.ts';

/** What routes work with. Made by compose.ts, the only place that knows how. */
export interface HubParts {
  readonly store: Store;
  readonly gate: Gate;
  readonly presence: PresenceBook;
  readonly feed: SessionFeed;
  readonly streams: EventStreams;
  readonly relay: RelayClient;
  readonly relayEpoch: () => string | null;
  readonly viewings: ViewingKeeper;
  readonly logger: Logger;
  readonly version: string;
  /** Where viewers reach the hub, without a slash at the end. */
  readonly publicUrl: () => string;
  /** Hub wall clock, Unix milliseconds. */
  readonly wallNow: () => number;
}
