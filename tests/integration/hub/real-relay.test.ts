import assert from 'node:assert/strict';
import { spawn, type ChildProcess } from 'node:child_process';
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { findFreeUdpPort } from '../relay/relay-process.ts';
import { skipTest } from '../../support/skip.ts';
import { BoxChannel } from './support/clients.ts';
import { makeOffer } from './support/make-offer.ts';
import { ROOT_DIR, SESSION_ID, TestHub, until } from './support/hub-process.ts';

const SDP = 'application/sdp';
const RELAY_MAIN = join(ROOT_DIR, 'cloud/src/relay/main.ts');

describe('hub: with the real relay process', function () {
  this.timeout(30_000);
  const hub = new TestHub();
  let relay: ChildProcess | null = null;
  let box = '';
  let otherBox = '';

  const startRelay = async (): Promise<void> => {
    const port = await findFreeUdpPort();
    relay = spawn(process.execPath, [RELAY_MAIN, '--run-dir', hub.runDir, '--udp-port', String(port), '--bind-address', '127.0.0.1'], { stdio: 'ignore' });
  };
  const epoch = async (): Promise<string | null> => (JSON.parse((await hub.ops('/health')).text) as { relayEpoch: string | null }).relayEpoch;

  before(async function () {
    if (!existsSync(RELAY_MAIN)) skipTest(this, 'cloud/src/relay/main.ts is not there');
    [box, otherBox] = await Promise.all([hub.addBox('box-1'), hub.addBox('box-2')]);
    await startRelay();
    await hub.start();
    await hub.putSession(box);
    await until('relay up', epoch);
  });
  after(async () => {
    await hub.close();
    relay?.kill('SIGKILL');
  });

  it('takes an H.264 offer, and gives the session to its box alone: another one gets 409, the same one takes over', async () => {
    const first = await hub.request('POST', `/whip/${SESSION_ID}`, { token: box, type: SDP, body: makeOffer('sendonly', 'H264') });
    assert.equal(first.status, 201, first.text);
    assert.match(first.text, /^v=0/);
    assert.match(first.text, /profile-level-id=42e0/);
    const second = await hub.request('POST', `/whip/${SESSION_ID}`, { token: otherBox, type: SDP, body: makeOffer('sendonly', 'H264') });
    assert.deepEqual([second.status, second.json()['code']], [409, 'HUB_SECOND_PUBLISHER']);
    const again = await hub.request('POST', `/whip/${SESSION_ID}`, { token: box, type: SDP, body: makeOffer('sendonly', 'H264') });
    assert.equal(again.status, 201, again.text);
    const location = again.headers.get('location') ?? '';
    const patched = await hub.request('PATCH', location, { token: box, type: 'application/trickle-ice-sdpfrag', body: 'a=ice-ufrag:abcd\r\na=ice-pwd:abcdefghijklmnopqrstuvwx\r\nm=video 9 RTP/AVP 0\r\na=mid:0\r\na=end-of-candidates\r\n', headers: { 'if-match': again.headers.get('etag') ?? '' } });
    assert.equal(patched.status, 204, patched.text);
    const stale = await hub.request('PATCH', location, { token: box, type: 'application/trickle-ice-sdpfrag', body: 'a=end-of-candidates\r\n', headers: { 'if-match': '"another"' } });
    assert.deepEqual([stale.status, stale.json()['code']], [412, 'HUB_PRECONDITION']);
    assert.equal((await hub.request('DELETE', location, { token: box })).status, 200);
    assert.equal((await hub.request('DELETE', location, { token: box })).status, 404);
  });

  it('406 with what is accepted for an offer without H.264, 400 for bad SDP, for publisher and viewer', async () => {
    const viewer = await hub.makeLink(box);
    for (const [path, token, direction] of [[`/whip/${SESSION_ID}`, box, 'sendonly'], [`/whep/${SESSION_ID}`, viewer, 'recvonly']] as const) {
      const vp8 = await hub.request('POST', path, { token, type: SDP, body: makeOffer(direction, 'VP8') });
      assert.deepEqual([vp8.status, vp8.json()['code']], [406, 'HUB_NOT_ACCEPTABLE'], vp8.text);
      assert.match(String(vp8.json()['message']), /H264|H\.264/);
      const bad = await hub.request('POST', path, { token, type: SDP, body: 'this is no SDP' });
      assert.deepEqual([bad.status, bad.json()['code']], [400, 'HUB_BAD_SDP'], bad.text);
    }
  });

  it('killed with -9: boxes hear that it is away, then the epoch of the new one', async () => {
    const channel = await new BoxChannel(hub.url, box).greet();
    const before = await epoch();
    relay?.kill('SIGKILL');
    await channel.message((each) => each.ch === 'relay' && each.epoch === null);
    await startRelay();
    const after = await channel.message((each) => each.ch === 'relay' && each.epoch !== null) as { epoch: string };
    assert.notEqual(after.epoch, before);
    channel.socket.terminate();
  });
});
