import { randomBytes } from 'node:crypto';
import { mkdir } from 'node:fs/promises';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import { AppError, toAppError } from '@scanlink/protocol';
import { systemClock } from '@scanlink/protocol/lib/clock';
import type { Logger } from '@scanlink/protocol/lib/logger';
import { openStore } from '../store/store.ts';
import { Gate } from './auth/gate.ts';
import { loadLinkKey } from './auth/link-key.ts';
import { TokenBuckets } from './auth/token-buckets.ts';
import { ControlServer } from './control/control-server.ts';
import { PresenceBook } from './control/presence.ts';
import { TroubleBook } from './control/trouble-book.ts';
import { SuspensionBook } from './control/suspension-book.ts';
import { EventStreams } from './events/event-streams.ts';
import { createApp, type HubApp } from './http/app.ts';
import type { HubParts } from './parts.ts';
import { RelayClient } from './relay/relay-client.ts';
import { RelayFollower } from './relay/relay-follower.ts';
import { addEventRoutes } from './routes/events.ts';
import { addPageRoutes } from './routes/pages.ts';
import { addServiceRoutes, describeHealth } from './routes/service.ts';
import { addSessionRoutes } from './routes/sessions.ts';
import { addWhepRoutes, addWhipRoutes } from './routes/signalling.ts';
import { SessionFeed } from './events/session-feed.ts';
import { SessionTexts } from './events/session-texts.ts';
import { RefusalLog } from './http/refusal-log.ts';
import { HealthWatch } from './health.ts';
import { LIMITS } from './limits.ts';
import { HubMetrics } from './metrics.ts';
import { OpsServer } from './ops-server.ts';
import { RelayOrders } from './relay/relay-orders.ts';
import { BoxWatch } from './control/box-watch.ts';
import { Admission } from './auth/admission.ts';
import { LinkService } from './viewing/link-service.ts';
import { ViewersTeller } from './viewing/viewers-teller.ts';
import { ViewingKeeper } from './viewing/viewing-keeper.ts';
import { createForwardClock } from '../lib/forward-clock.ts';
import { KeepingJob } from '../store/keeping-job.ts';

export interface HubOptions {
  readonly host: string;
  /** 0: any free port. */
  readonly port: number;
  readonly dataDir: string;
  /** Port of the loopback interface for metrics; null: hub-ops.sock only. 0: any free one. */
  readonly opsPort: number | null;
  /** Holds relay.sock and hub-ops.sock. */
  readonly runDir: string;
  /** Where viewers reach the hub; null: http://host:port. */
  readonly publicUrl: string | null;
  readonly webDir: string | null;
  readonly version: string;
  readonly logger: Logger;
  /** Something died that cannot be mended from inside: end the process, its supervisor starts a new one. */
  readonly onFatal: (error: Error) => void;
}

export interface Hub {
  readonly port: number;
  /** null: none was asked for. */
  readonly opsPort: number | null;
  /** Settles, with true, when the store has answered, be it with an error; with false when it does not keep up. */
  isHealthy(): Promise<boolean>;
  close(): Promise<void>;
}

const STATS_TIMEOUT_MS = 500;
/** In-flight requests get this long when the hub stops. */
const CLOSE_GRACE_MS = 800;

/**
 * Composition root of the hub's API process: the only place that knows what everything is made of. Listening when it
 * returns. close() is idempotent and takes at most 1.5 s.
 * @throws CFG_PORT_TAKEN, STO_OPEN, STO_NEWER, CFG_TOKEN_OPEN, CFG_TOKEN_FILE
 */
export async function startHub(options: HubOptions): Promise<Hub> {
  const { logger } = options;
  const wallNow = (): number => Date.now();
  const now = (): number => performance.now();
  await mkdir(options.dataDir, { recursive: true, mode: 0o700 });
  // Before the store: a key that is refused must not leave a thread behind.
  const linkKey = await loadLinkKey(options.dataDir);
  const store = await openStore({ dataDir: options.dataDir, onDeath: options.onFatal });

  const feed = new SessionFeed();
  const presence = new PresenceBook((boxId) => feed.announceBox(boxId));
  const texts = new SessionTexts(presence);
  const streams = new EventStreams(now, LIMITS);
  const refusals = new RefusalLog(logger);
  const health = new HealthWatch({ store, logger, clock: systemClock, onSick: options.onFatal });
  const socketPath = join(options.runDir, 'relay.sock');
  const relay = new RelayClient({ socketPath });
  const orders = new RelayOrders(logger);
  const authNow = createForwardClock(wallNow, now);
  const viewings = new ViewingKeeper({
    store, logger, now: authNow, limits: LIMITS,
    onRevoked: (linkHash) => void links.end(linkHash),
  });
  const links = new LinkService({ store, viewings, streams, orders, relay, wallNow });
  const gate = new Gate({ store, linkKey, failures: new TokenBuckets(LIMITS.failures, now), now: authNow, randomId: () => randomBytes(12).toString('base64url') });
  const follower = new RelayFollower({
    socketPath, logger,
    onChange: (epoch) => {
      control.announceRelay(epoch);
      if (epoch !== null) viewings.useEpoch(epoch).catch((error: unknown) => logger.error({ err: error }, 'viewings could not be read'));
    },
    onGone: (resourceIds) => viewings.dropped(resourceIds),
  });
  const metrics = new HubMetrics({
    boxesConnected: () => presence.countConnected(), eventStreams: () => streams.count, openSessions: () => health.openSessions, viewings: () => viewings.count, unconfirmedEnds: () => orders.count,
    storeOk: () => health.state.ok, storeFull: () => health.state.full, storeSetAside: () => store.setAside !== null, boxesInTrouble: () => troubles.count,
    relayStats: () => relay.stats(STATS_TIMEOUT_MS).catch(() => null),
  });
  const troubles = new TroubleBook(logger);
  const suspended = new SuspensionBook(store, wallNow, logger);
  const control = new ControlServer({
    gate, presence, logger, hubVersion: options.version, relayEpoch: () => follower.epoch, now, wallNow,
    onRefused: (code) => {
      metrics.countError(code);
      refusals.count(code);
    },
    onIgnored: (count) => metrics.countIgnored(count),
    onState: (box, sessions, trouble) => {
      suspended.note(box.boxId, sessions);
      troubles.note(box.boxId, trouble);
    },
    onSpeaker: (box) => {
      viewers.forget(box.boxId);
      store.markBoxChannel({ boxId: box.boxId, nowMs: wallNow() }).catch((error: unknown) => logger.warn({ code: toAppError(error).code }, 'control channel not recorded'));
    },
  });
  const viewers = new ViewersTeller({ control, store, logger, relayStats: () => relay.stats(STATS_TIMEOUT_MS) });
  const boxes = new BoxWatch({ store, control, orders, relay, logger });
  const keeping = new KeepingJob({ store, logger, wallNow });
  if (store.setAside !== null) logger.error({ file: store.setAside }, 'the store was damaged: it is moved aside, an empty one is used; boxes must be added again');

  let publicUrl = options.publicUrl ?? '';
  const parts: HubParts = {
    store, gate, admission: new Admission(LIMITS, now), presence, feed, texts, streams, relay, relayEpoch: () => follower.epoch, orders, viewings, links, health, metrics, logger,
    version: options.version, publicUrl: () => publicUrl, wallNow, authNow,
  };
  const { app } = await createApp({ logger, version: options.version, refusals });
  addServiceRoutes(app, parts);
  addSessionRoutes(app, parts);
  addEventRoutes(app, parts);
  addWhipRoutes(app, parts);
  addWhepRoutes(app, parts);
  await addPageRoutes(app, options.webDir);
  app.server.on('upgrade', (request, socket, head) => control.handleUpgrade(request, socket, head));
  const ops = new OpsServer({
    metrics, describe: () => app.swagger(), now,
    health: () => ({ ...describeHealth(parts), relayEpoch: follower.epoch, storeSetAside: store.setAside }),
  });

  const services = [follower, control, streams, viewings, orders, refusals, boxes, viewers, keeping];
  for (const each of services) each.start();
  await health.start();

  let closing: Promise<void> | null = null;
  const close = (): Promise<void> => {
    closing ??= (async () => {
      for (const each of services) if (each !== control) void each.close();
      health.close();
      await ops.close();
      const cut = setTimeout(() => app.server.closeAllConnections(), CLOSE_GRACE_MS);
      await Promise.all([control.close(), app.close()]);
      clearTimeout(cut);
      await store.close();
    })();
    return closing;
  };

  try {
    await ops.listen(join(options.runDir, 'hub-ops.sock'));
    const opsPort = options.opsPort === null ? null : await ops.listen(options.opsPort);
    const port = await listen(app, options);
    publicUrl ||= `http://${options.host.includes(':') ? `[${options.host}]` : options.host}:${port}`;
    return { port, opsPort, close, isHealthy: () => store.findBoxByTokenHash({ tokenHash: '' }).then(() => true, (error: unknown) => toAppError(error).code !== 'STO_BUSY') };
  } catch (error) {
    await close();
    throw error;
  }
}

async function listen(app: HubApp, options: HubOptions): Promise<number> {
  try {
    await app.listen({ host: options.host, port: options.port, listenTextResolver: () => 'listening' });
    return (app.server.address() as AddressInfo).port;
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'EADDRINUSE') throw new AppError('CFG_PORT_TAKEN', { port: options.port, option: '--port' }, { cause: error });
    throw error;
  }
}
