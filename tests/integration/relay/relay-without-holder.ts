import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { preload } from 'node-datachannel';
import { createLogger } from '@scanlink/protocol/lib/logger';
import { EventFeed } from '@scanlink/cloud/relay/http/event-feed';
import { handleRequest } from '@scanlink/cloud/relay/http/routes';
import { serveUnix } from '@scanlink/cloud/relay/http/unix-server';
import { createNativeAnswerer } from '@scanlink/cloud/relay/peer/native-peer';
import { Relay } from '@scanlink/cloud/relay/relay';

// Helper of refused-by-library.test.ts: the relay process of cloud/src/relay/compose.ts, except that nothing holds its
// UDP port between sessions. Arguments: folder of relay.sock, UDP port.
const [runDir = '', udpPort = ''] = process.argv.slice(2);
const logger = createLogger({ name: 'hub-relay', level: 'info' });
const nowMs = (): number => performance.now();
mkdirSync(runDir, { recursive: true });
preload();
const relay = new Relay({
  epoch: '0123456789abcdef', playoutZero: true, logger, nowMs, unixMs: () => Date.now(), onViewerGone: () => undefined,
  answerOffer: createNativeAnswerer({ udpPort: Number(udpPort), bindAddress: '127.0.0.1' }),
});
const feed = new EventFeed('0123456789abcdef', nowMs);
await serveUnix(join(runDir, 'relay.sock'), (request, response) => void handleRequest(relay, feed, logger, request, response));
process.once('SIGTERM', () => {
  relay.close();
  process.exit(0);
});
logger.info('relay ready');
