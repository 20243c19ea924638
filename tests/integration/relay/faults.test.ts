import assert from 'node:assert/strict';
import { createSocket } from 'node:dgram';
import { statSync } from 'node:fs';
import { request } from 'node:http';
import { createAccessUnits } from '../../support/h264-clip.ts';
import { createRandom } from './lossy-path.ts';
import { createSessionId, TestPublisher, TestViewer } from './peers.ts';
import { RelayProcess } from './relay-process.ts';
import { until } from '../../support/until.ts';

describe('relay: faults and bad input', function () {
  this.timeout(20_000);
  let relay: RelayProcess;
  let offer: string;
  const closers: { close(): void }[] = [];

  before(async () => {
    relay = await RelayProcess.start();
    const publisher = new TestPublisher([]);
    closers.push(publisher);
    offer = await publisher.offer();
  });
  after(async () => {
    for (const each of closers) each.close();
    assert.equal(await relay.close(), 0);
  });

  const broken: readonly (readonly [string, (sdp: string) => string, number, string])[] = [
    ['nothing', () => '', 400, 'HUB_BAD_SDP'],
    ['no SDP', () => 'hello', 400, 'HUB_BAD_SDP'],
    ['no ICE password', (sdp) => sdp.replace(/a=ice-pwd.*\r\n/g, ''), 400, 'HUB_BAD_SDP'],
    ['no fingerprint', (sdp) => sdp.replace(/a=fingerprint.*\r\n/g, ''), 400, 'HUB_BAD_SDP'],
    ['a fingerprint of the wrong length', (sdp) => sdp.replace(/(a=fingerprint:sha-256 ..):../, '$1'), 400, 'HUB_BAD_SDP'],
    ['no video', (sdp) => sdp.replace('m=video', 'm=audio'), 400, 'HUB_BAD_SDP'],
    ['recvonly', (sdp) => sdp.replace('a=sendonly', 'a=recvonly'), 400, 'HUB_BAD_SDP'],
    ['VP8 only', (sdp) => sdp.replaceAll('H264/90000', 'VP8/90000'), 406, 'HUB_NOT_ACCEPTABLE'],
    ['High profile only', (sdp) => sdp.replaceAll('42e01f', '640032'), 406, 'HUB_NOT_ACCEPTABLE'],
    ['packetization-mode 0', (sdp) => sdp.replaceAll('packetization-mode=1', 'packetization-mode=0'), 406, 'HUB_NOT_ACCEPTABLE'],
  ];
  for (const [name, change, status, code] of broken) {
    it(`refuses an offer with ${name}`, async () => {
      const reply = await relay.publish(createSessionId(name), change(offer));
      assert.equal(reply.status, status);
      assert.equal(reply.body.code, code);
      if (status === 406) assert.match(reply.body.message, /H\.264.*42e0xx/);
      assert.ok(reply.body.messageZh.length > 0);
    });
  }

  it('refuses a viewer that can not take the stream', async () => {
    const viewer = new TestViewer({ profile: '640032' });
    closers.push(viewer);
    assert.equal((await relay.view(createSessionId('406'), await viewer.offer())).status, 406);
  });

  it('refuses a second publisher, takes the same box again', async () => {
    const sessionId = createSessionId('409');
    assert.equal((await relay.publish(sessionId, offer, 'box-1')).status, 201);
    const second = await relay.publish(sessionId, offer, 'box-2');
    assert.deepEqual([second.status, second.body.code], [409, 'HUB_SECOND_PUBLISHER']);
    assert.equal((await relay.publish(sessionId, offer, 'box-1')).status, 201);
  });

  it('keeps audio in the bundle, inactive, in the order of sections', async () => {
    const audio = 'm=audio 9 UDP/TLS/RTP/SAVPF 111\r\nc=IN IP4 0.0.0.0\r\na=mid:a\r\na=sendonly\r\na=rtpmap:111 opus/48000/2\r\n';
    const { body } = await relay.publish(createSessionId('audio'), offer.replace('m=video', `${audio}m=video`).replace('BUNDLE ', 'BUNDLE a '));
    assert.deepEqual(body.sdp.match(/^m=.*$/gm)?.map((line) => line.split(' ').slice(0, 2).join(' ')), ['m=audio 9', 'm=video 9', 'm=application 9']);
    assert.match(body.sdp, /^a=group:BUNDLE a video 0\r$/m);
  });

  it('guards resources: tags, unknown ones, methods', async () => {
    const sessionId = createSessionId('patch');
    const { body } = await relay.publish(sessionId, offer);
    const path = `/publish/${sessionId}/${body.resourceId}`;
    const patch = async (change: object, to = path): Promise<number> => (await relay.call('PATCH', to, { ifMatch: null, iceUfrag: null, linkId: null, ...change })).status;
    assert.equal(await patch({ ifMatch: ['other', body.etag] }), 204);
    assert.equal(await patch({ iceUfrag: /^a=ice-ufrag:(.*)\r$/m.exec(offer)?.[1] }), 204);
    assert.equal(await patch({ ifMatch: ['other'] }), 412);
    assert.equal(await patch({ iceUfrag: 'anew' }), 422, 'ICE restart');
    assert.equal(await patch({}, `${path}x`), 404);
    assert.equal(await patch({ ifMatch: 5 }), 400);
    assert.equal((await relay.call('POST', `/publish/${sessionId}`, 'no JSON')).status, 400);
    assert.equal((await relay.call('POST', `/view/${sessionId}`, { linkId: 'x'.repeat(300_000) })).status, 413);
    assert.equal((await relay.call('POST', `/view/${sessionId}`, { linkId: 'x', expiresInMs: 1, plan: { mid: '0\r\na=x' } })).status, 400);
    assert.equal((await relay.call('GET', '/nothing')).status, 404);
    assert.equal((await relay.call('DELETE', path)).status, 204);
    assert.equal((await relay.call('DELETE', path)).status, 404);
  });

  it('lets a link end and change only what it opened', async () => {
    const sessionId = createSessionId('owner');
    const viewer = new TestViewer();
    closers.push(viewer);
    const { body } = await relay.view(sessionId, await viewer.offer(), { linkId: 'mine' });
    const path = `/view/${sessionId}/${body.resourceId}`;
    assert.equal((await relay.call('DELETE', path)).status, 403);
    assert.equal((await relay.call('DELETE', `${path}/other`)).status, 403);
    assert.equal((await relay.call('PATCH', path, { ifMatch: null, iceUfrag: null, linkId: 'other' })).status, 403);
    assert.equal((await relay.call('DELETE', `${path}/mine`)).status, 204);
    assert.equal((await relay.call('DELETE', `${path}/mine`)).status, 404);
  });

  it('survives rubbish on its UDP port, and still works', async () => {
    const random = createRandom(3);
    const socket = createSocket('udp4');
    for (let index = 0; index < 2000; index += 1) {
      const packet = Buffer.from(Array.from({ length: Math.floor(random() * 200) }, () => Math.floor(random() * 256)));
      if (packet.length > 8 && index % 3 === 0) packet.set([0, 1, 0, packet.length - 20 > 0 ? packet.length - 20 : 0, 0x21, 0x12, 0xa4, 0x42]);
      await new Promise((resolve) => { socket.send(packet, relay.udpPort, '127.0.0.1', resolve); });
    }
    socket.close();
    const sessionId = createSessionId('rubbish');
    const publisher = new TestPublisher(createAccessUnits());
    closers.push(publisher);
    publisher.accept((await relay.publish(sessionId, await publisher.offer())).body.sdp);
    await publisher.opened;
    publisher.start();
    await until('packets', async () => ((await relay.readSession(sessionId))?.packetsIn ?? 0) > 20);
  });

  it('streams its epoch and pulse, on a socket of its owner only', async () => {
    assert.equal(statSync(relay.socketPath).mode & 0o777, 0o600);
    const lines = await new Promise<string>((resolve, reject) => {
      let text = '';
      const call = request({ socketPath: relay.socketPath, path: '/events' }, (response) => {
        response.on('data', (chunk: Buffer) => {
          text += chunk.toString();
          if (text.split('\n').length > 3) { call.destroy(); resolve(text); }
        });
      });
      call.on('error', reject);
      call.end();
    });
    const [first, second] = lines.split('\n').map((line) => (line ? JSON.parse(line) as Record<string, unknown> : {}));
    assert.match(String(first?.['epoch']), /^[0-9a-f]{16}$/);
    assert.equal(typeof second?.['pulse'], 'number');
  });

  it('says that its port is taken, and ends with code 3', async () => {
    const second = new RelayProcess(`${relay.runDir}-2`, relay.udpPort, []);
    await until('it ends', () => second.child.exitCode !== null);
    assert.equal(second.child.exitCode, 3);
    assert.match(second.output, /CFG_PORT_TAKEN.*--udp-port/);
  });

  it('says that an address is not this machine\'s, and not that a port is taken', async () => {
    // TEST-NET-1 (RFC 5737): nobody's.
    const second = new RelayProcess(`${relay.runDir}-3`, relay.udpPort, ['--bind-address', '192.0.2.1']);
    await until('it ends', () => second.child.exitCode !== null);
    assert.equal(second.child.exitCode, 2);
    assert.match(second.output, /CFG_INVALID.*--bind-address|--bind-address.*CFG_INVALID/);
    assert.doesNotMatch(second.output, /CFG_PORT_TAKEN/);
  });

  it('logs no address and no SDP', () => {
    assert.match(relay.output, /publisher accepted/);
    assert.doesNotMatch(relay.output, /127\.0\.0\.1|192\.0\.2\.1|candidate|ice-pwd/);
  });
});
