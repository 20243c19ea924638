import assert from 'node:assert/strict';
import { createSocket, type Socket } from 'node:dgram';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { createAccessUnits } from '../../support/h264-clip.ts';
import { createSessionId, TestPublisher } from './peers.ts';
import { findFreeUdpPort, RelayProcess } from './relay-process.ts';
import { until } from '../../support/until.ts';

const SCRIPT = join(import.meta.dirname, 'relay-without-holder.ts');
/** More than GATHER_LIMIT_MS of native-peer.ts: a limit left behind would have fired by then. */
const PAST_LIMIT_MS = 1600;

/**
 * No text of an offer makes libdatachannel refuse: the relay writes the library's offer in its own words. What does is
 * a UDP port that it cannot have, so here the port belongs to somebody else for a while. That is no fault of the offer:
 * 503, ask again.
 */
describe('relay: an offer that libdatachannel cannot answer', function () {
  this.timeout(30_000);
  let relay: RelayProcess;
  let taken: Socket;
  const closers: { close(): void }[] = [];

  before(async () => {
    const udpPort = await findFreeUdpPort();
    taken = createSocket('udp4');
    await new Promise<void>((resolve) => { taken.bind(udpPort, '127.0.0.1', () => resolve()); });
    relay = await RelayProcess.start({ udpPort, script: SCRIPT });
  });
  after(async () => {
    for (const each of closers) each.close();
    assert.equal(await relay.close(), 0);
  });

  it('is answered with 503 each time, and the process lives past every limit', async () => {
    const publisher = new TestPublisher([]);
    closers.push(publisher);
    const offer = await publisher.offer();
    const sessionId = createSessionId('refused');
    for (let index = 0; index < 3; index += 1) {
      const reply = await relay.publish(sessionId, offer);
      assert.deepEqual([reply.status, reply.body.code], [503, 'HUB_RELAY_DOWN']);
      assert.ok(reply.body.messageZh.length > 0);
    }
    await sleep(PAST_LIMIT_MS);
    assert.deepEqual([relay.child.exitCode, relay.child.signalCode], [null, null], relay.output);
    assert.equal((await relay.readSession(sessionId))?.publisher, false, 'and nobody counts as its publisher');
  });

  it('leaves the same process able to serve the next publisher', async () => {
    const { pid } = relay.child;
    await new Promise<void>((resolve) => { taken.close(() => resolve()); });
    const sessionId = createSessionId('next');
    const publisher = new TestPublisher(createAccessUnits());
    closers.push(publisher);
    const reply = await relay.publish(sessionId, await publisher.offer());
    assert.equal(reply.status, 201);
    publisher.accept(reply.body.sdp);
    await publisher.opened;
    publisher.start();
    await until('packets', async () => ((await relay.readSession(sessionId))?.packetsIn ?? 0) > 20);
    assert.deepEqual([relay.child.pid, relay.child.exitCode], [pid, null]);
  });
});
