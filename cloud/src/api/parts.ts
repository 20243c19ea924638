import type { Logger } from '@scanlink/protocol/lib/logger';
import type { Store } from '../store/store.ts';
import type { Admission } from './auth/admission.ts';
import type { Gate } from './auth/gate.ts';
import type { PresenceBook } from './control/presence.ts';
import type { EventStreams } from './events/event-streams.ts';
import type { RelayClient } from './relay/relay-client.ts';
import type { RelayOrders } from './relay/relay-orders.ts';
import type { SessionFeed } from './events/session-feed.ts';
import type { SessionTexts } from './events/session-texts.ts';
import type { HealthWatch } from './health.ts';
import type { HubMetrics } from './metrics.ts';
import type { LinkService } from './viewing/link-service.ts';
import type { ViewingKeeper } from './viewing/viewing-keeper.ts';

/** What routes work with. Made by compose.ts, the only place that knows how. */
export interface HubParts {
  readonly store: Store;
  readonly gate: Gate;
  readonly admission: Admission;
  readonly presence: PresenceBook;
  readonly feed: SessionFeed;
  readonly texts: SessionTexts;
  readonly streams: EventStreams;
  readonly relay: RelayClient;
  readonly relayEpoch: () => string | null;
  readonly orders: RelayOrders;
  readonly viewings: ViewingKeeper;
  readonly links: LinkService;
  readonly health: HealthWatch;
  readonly metrics: HubMetrics;
  readonly logger: Logger;
  readonly version: string;
  /** Where viewers reach the hub, without a slash at the end. */
  readonly publicUrl: () => string;
  /** Hub wall clock, Unix milliseconds. */
  readonly wallNow: () => number;
  /** As wallNow, and never goes back: for what runs out. */
  readonly authNow: () => number;
}
