import { randomBytes } from 'node:crypto';
import { mkdir } from 'node:fs/promises';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import { AppError } from '@scanlink/protocol';
import type { Logger } from '../lib/logger.ts';
import { openStore } from '../store/store.ts';
import { FailureLimiter } from './auth/failure-limiter.ts';
import { Gate } from './auth/gate.ts';
import { loadLinkKey } from './auth/link-key.ts';
import { ControlServer } from './control/control-server.ts';
import { PresenceBook } from './control/presence.ts';
import { EventStreams } from './events/event-streams.ts';
import { createApp, type HubApp } from './http/app.ts';
import type { HubParts } from './parts.ts';
import { RelayClient } from './relay/relay-client.ts';
import { RelayFollower } from './relay/relay-follower.ts';
import { addEventRoutes } from './routes/events.ts';
import { addPageRoutes } from './routes/pages.ts';
import { addServiceRoutes } from './routes/service.ts';
import { addSessionRoutes } from './routes/sessions.ts';
import { addWhepRoutes, addWhipRoutes } from './routes/signalling.ts';
import { SessionFeed } from './events/session-feed.ts';
import { ViewingKeeper } from './events/viewing-keeper.ts';

export interface HubOptions {
  readonly host: string;
  /** 0: any free port. */
  readonly port: number;
  readonly dataDir: string;
  /** Holds relay.sock. */
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
  /** Settles, with true, when the store has answered, be it with an error. */
  isHealthy(): Promise<boolean>;
  close(): Promise<void>;
}

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
  const streams = new EventStreams(now);
  const socketPath = join(options.runDir, 'relay.sock');
  const relay = new RelayClient({ socketPath });
  const viewings = new ViewingKeeper({ store, relay, logger, now: wallNow });
  const gate = new Gate({ store, linkKey, limiter: new FailureLimiter(now), now: wallNow, randomId: () => randomBytes(12).toString('base64url') });
  const follower = new RelayFollower({
    socketPath, logger,
    onChange: (epoch) => {
      control.announceRelay(epoch);
      if (epoch !== null) viewings.useEpoch(epoch).catch((error: unknown) => logger.error({ err: error }, 'viewings could not be read'));
    },
    onGone: (resourceIds) => { for (const resourceId of resourceIds) viewings.remove(resourceId).catch((error: unknown) => logger.error({ err: error }, 'viewing could not be forgotten')); },
  });
  const control = new ControlServer({ gate, presence, logger, hubVersion: options.version, relayEpoch: () => follower.epoch, now, wallNow, onRefused: () => undefined });

  let publicUrl = options.publicUrl ?? '';
  const parts: HubParts = { store, gate, presence, feed, streams, relay, relayEpoch: () => follower.epoch, viewings, logger, version: options.version, publicUrl: () => publicUrl, wallNow };
  const { app } = await createApp({ logger, version: options.version });
  addServiceRoutes(app, parts);
  addSessionRoutes(app, parts);
  addEventRoutes(app, parts);
  addWhipRoutes(app, parts);
  addWhepRoutes(app, parts);
  await addPageRoutes(app, options.webDir);
  app.server.on('upgrade', (request, socket, head) => control.handleUpgrade(request, socket, head));

  follower.start();
  control.start();
  streams.start();
  viewings.start();

  let closing: Promise<void> | null = null;
  const close = (): Promise<void> => {
    closing ??= (async () => {
      follower.close();
      viewings.close();
      streams.close();
      const cut = setTimeout(() => app.server.closeAllConnections(), CLOSE_GRACE_MS);
      await Promise.all([control.close(), app.close()]);
      clearTimeout(cut);
      await store.close();
    })();
    return closing;
  };

  try {
    const port = await listen(app, options);
    publicUrl ||= `http://${options.host.includes(':') ? `[${options.host}]` : options.host}:${port}`;
    return { port, close, isHealthy: () => store.findBoxByTokenHash({ tokenHash: '' }).then(() => true, () => true) };
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
    if ((error as NodeJS.ErrnoException).code === 'EADDRINUSE') throw new AppError('CFG_PORT_TAKEN', { port: options.port }, { cause: error });
    throw error;
  }
}
