import { randomBytes } from 'node:crypto';
import { join } from 'node:path';
import { AppError } from '@scanlink/protocol';
import { IceUdpMuxListener } from 'node-datachannel';
import type { Logger } from '../lib/logger.ts';
import { EventFeed } from './http/event-feed.ts';
import { handleRequest } from './http/routes.ts';
import { serveUnix } from './http/unix-server.ts';
import { createNativeAnswerer } from './peer/native-peer.ts';
import { Relay } from './relay.ts';

export interface RelayProcessOptions {
  readonly runDir: string;
  readonly udpPort: number;
  readonly bindAddress: string;
  readonly playoutZero: boolean;
  readonly logger: Logger;
}

export interface RelayProcess {
  readonly epoch: string;
  readonly socketPath: string;
  /** Closes all peers and the socket. Idempotent. */
  close(): Promise<void>;
}

/**
 * The relay's composition root.
 * @throws CFG_PORT_TAKEN when the UDP port is in use; CFG_INVALID for the run folder.
 */
export async function startRelay(options: RelayProcessOptions): Promise<RelayProcess> {
  const { logger } = options;
  const epoch = randomBytes(8).toString('hex');
  const nowMs = (): number => performance.now();
  // Holds the port between sessions too, and tells at once when somebody else has it.
  const holder = holdPort(options.udpPort, options.bindAddress);
  const answerOffer = createNativeAnswerer({ udpPort: options.udpPort, bindAddress: options.bindAddress });
  const feed = new EventFeed(epoch, nowMs);
  const relay = new Relay({ epoch, playoutZero: options.playoutZero, answerOffer, logger, nowMs, unixMs: () => Date.now(), onViewerGone: (resourceId) => feed.tellGone(resourceId) });
  const socketPath = join(options.runDir, 'relay.sock');
  const server = await serveUnix(socketPath, (request, response) => void handleRequest(relay, feed, logger, request, response));
  let closing: Promise<void> | null = null;
  const close = async (): Promise<void> => {
    feed.close();
    relay.close();
    const ended = new Promise<void>((resolve) => { server.close(() => resolve()); });
    server.closeAllConnections();
    await ended;
    holder.stop();
  };
  return { epoch, socketPath, close: () => (closing ??= close()) };
}

function holdPort(port: number, bindAddress: string): { stop(): void } {
  try {
    return new IceUdpMuxListener(port, bindAddress);
  } catch (error) {
    throw new AppError('CFG_PORT_TAKEN', { port }, { cause: error });
  }
}
