import { randomBytes } from 'node:crypto';
import { createSocket } from 'node:dgram';
import { isIPv6 } from 'node:net';
import { join } from 'node:path';
import { AppError } from '@scanlink/protocol';
import { IceUdpMuxListener } from 'node-datachannel';
import type { Logger } from '@scanlink/protocol/lib/logger';
import { EventFeed } from './http/event-feed.ts';
import { handleRequest } from './http/routes.ts';
import { serveUnix } from './http/unix-server.ts';
import { createNativeAnswerer } from './peer/native-peer.ts';
import { Relay } from './relay.ts';

export interface RelayProcessOptions {
  readonly runDir: string;
  readonly udpPort: number;
  readonly bindAddress: string;
  readonly advertise: readonly string[];
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
 * @throws CFG_PORT_TAKEN when the UDP port is in use; CFG_INVALID for the run folder or an address that is not this machine's.
 */
export async function startRelay(options: RelayProcessOptions): Promise<RelayProcess> {
  const { logger } = options;
  const epoch = randomBytes(8).toString('hex');
  const nowMs = (): number => performance.now();
  // Holds the port between sessions too, and tells at once when somebody else has it.
  const holder = await holdPort(options.udpPort, options.bindAddress);
  const answerOffer = createNativeAnswerer({ udpPort: options.udpPort, bindAddress: options.bindAddress, advertise: options.advertise });
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

async function holdPort(port: number, bindAddress: string): Promise<{ stop(): void }> {
  try {
    return new IceUdpMuxListener(port, bindAddress);
  } catch (error) {
    // It says only that it failed; the system's own words tell which of port and address is wrong.
    if (await findBindError(port, bindAddress) === 'EADDRNOTAVAIL') throw new AppError('CFG_INVALID', { key: '--bind-address', detail: 'this machine has no such address' }, { cause: error });
    throw new AppError('CFG_PORT_TAKEN', { port, option: '--udp-port' }, { cause: error });
  }
}

/** What the system answers to a UDP socket at this place: the code of its error, null when it is free. */
function findBindError(port: number, address: string): Promise<string | null> {
  const socket = createSocket(isIPv6(address) ? 'udp6' : 'udp4');
  return new Promise((resolve) => {
    socket.once('error', (error: NodeJS.ErrnoException) => {
      socket.close();
      resolve(error.code ?? null);
    });
    socket.bind(port, address, () => socket.close(() => resolve(null)));
  });
}
