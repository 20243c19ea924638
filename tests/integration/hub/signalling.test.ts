import assert from 'node:assert/strict';
import { createHash } from 'node:crypto';
import { connect, type Socket } from 'node:net';
import { sendHttp } from '@scanlink/firmware/lib/http-request';
import { OFFER_LIMITS_MS } from '@scanlink/protocol/hub/path-limits';
import { makeExpiringLink } from './support/expiring-link.ts';
import { SESSION_ID, TestHub, until } from './support/hub-process.ts';
import { makeOffer } from './support/make-offer.ts';
import { RelayDouble } from './support/relay-double.ts';

const SDP = 'application/sdp';
const FRAGMENT = 'application/trickle-ice-sdpfrag';

describe('hub: WHIP and WHEP', () => {
  const hub = new TestHub();
  const relay = new RelayDouble(hub.relaySocket, 'epoch-1');
  let box = '';
  let viewer = '';

  before(async () => {
    box = await hub.addBox('box-1');
    await relay.start();
    await hub.start();
    await hub.putSession(box);
    viewer = await hub.makeLink(box);
  });
  after(async () => {
    await hub.close();
    await relay.close();
  });

  it('a relay that hangs is told apart from a hub that is away, before the box gives up', async () => {
    relay.hangs = true;
    const answer = await sendHttp({
      method: 'POST', url: new URL(`${hub.url}/whip/${SESSION_ID}`), headers: { authorization: `Bearer ${box}`, 'content-type': SDP }, body: makeOffer('sendonly'),
      connectTimeoutMs: OFFER_LIMITS_MS.caller, timeoutMs: OFFER_LIMITS_MS.caller,
    }).finally(() => { relay.hangs = false; });
    assert.deepEqual([answer.status, (JSON.parse(answer.body) as { code: string }).code], [503, 'HUB_RELAY_DOWN']);
  });

  const post = (): Promise<Socket> => new Promise((resolve, reject) => {
    const body = makeOffer('sendonly');
    const socket = connect(Number(new URL(hub.url).port), '127.0.0.1', () => {
      socket.write(`POST /whip/${SESSION_ID} HTTP/1.1\r\nhost: hub\r\nauthorization: Bearer ${box}\r\ncontent-type: ${SDP}\r\ncontent-length: ${Buffer.byteLength(body)}\r\n\r\n${body}`, () => resolve(socket));
    });
    socket.on('error', reject);
  });
  const asked = (method: string): number => relay.calls.filter((each) => each.method === method && each.path.startsWith(`/publish/${SESSION_ID}`)).length;

  it('a caller hangs up while the relay makes the stream: it is taken away again', async () => {
    relay.calls.length = 0;
    const held = Promise.withResolvers<void>();
    relay.hold = held.promise;
    const sockets = await Promise.all([post(), post(), post()]);
    await until('the relay is asked', () => asked('POST') === 3);
    for (const socket of sockets) socket.destroy();
    // That they hung up the hub sees at its next turn; somebody else's answer says that there was one.
    await hub.request('GET', '/health');
    relay.hold = null;
    held.resolve();
    await until('each is ended', () => asked('DELETE') === 3);
  });

  it('callers hang up before the relay is asked: there is none, or it is taken away again', async () => {
    relay.calls.length = 0;
    for (let index = 0; index < 5; index += 1) (await post()).destroy();
    const kept = await hub.request('POST', `/whip/${SESSION_ID}`, { token: box, type: SDP, body: makeOffer('sendonly') });
    assert.equal(kept.status, 201, kept.text);
    await until('all but the last are ended', () => asked('POST') === asked('DELETE') + 1);
    await hub.request('DELETE', kept.headers.get('location') ?? '', { token: box });
    assert.equal(asked('POST'), asked('DELETE'));
  });

  for (const [prefix, kind] of [['/whip', 'publish'], ['/whep', 'view']] as const) {
    it(`${prefix}: 201 with Location and ETag, PATCH with If-Match, DELETE`, async () => {
      const token = kind === 'publish' ? box : viewer;
      relay.calls.length = 0;
      const created = await hub.request('POST', `${prefix}/${SESSION_ID}`, { token, type: `${SDP}; charset=utf-8`, body: makeOffer(kind === 'publish' ? 'sendonly' : 'recvonly') });
      assert.equal(created.status, 201, created.text);
      assert.match(created.text, /^v=0\r\n[^]*a=ice-ufrag:hubu\r\n[^]*a=candidate:1 1 UDP 1 127\.0\.0\.1 8080 typ host\r\n/);
      assert.equal(created.headers.get('content-type'), SDP);
      assert.equal(created.headers.get('etag'), '"tag-1"');
      assert.equal(created.headers.get('access-control-allow-origin'), '*');
      assert.match(created.headers.get('access-control-expose-headers') ?? '', /Location/);
      const location = created.headers.get('location') ?? '';
      assert.match(location, new RegExp(`^${prefix}/${SESSION_ID}/r\\d+$`));

      const patched = await hub.request('PATCH', location, { token, type: FRAGMENT, body: 'a=end-of-candidates', headers: { 'if-match': '"tag-1"' } });
      assert.equal(patched.status, 204, patched.text);
      const removed = await hub.request('DELETE', location, { token });
      assert.deepEqual([removed.status, removed.text], [200, '']);

      const path = location.replace(prefix, `/${kind}`);
      const [post, patch, remove, ...others] = relay.calls;
      const { plan, ...rest } = post?.body ?? {};
      assert.deepEqual({ ...plan as object, transport: 0 }, { mid: '0', payloadType: 96, profileLevelId: kind === 'publish' ? '42e034' : '42e01f', playoutExtensionId: 0, dataChannel: null, transport: 0 }, 'a plan, no SDP');
      const linkId = createHash('sha256').update(viewer).digest('hex');
      if (kind === 'publish') assert.deepEqual(rest, { boxId: 'box-1' });
      else assert.ok(rest['linkId'] === linkId && Number(rest['expiresInMs']) > 500_000 && Number(rest['expiresInMs']) <= 600_000, JSON.stringify(rest));
      assert.deepEqual([patch, remove, others], [
        { method: 'PATCH', path, body: { iceUfrag: null, ifMatch: ['tag-1'], linkId: kind === 'publish' ? null : linkId } },
        { method: 'DELETE', path: kind === 'publish' ? path : `${path}/${linkId}`, body: null }, [],
      ]);
    });

    it(`${prefix}: OPTIONS without a token says what can be posted`, async () => {
      const answer = await hub.request('OPTIONS', `${prefix}/${SESSION_ID}`);
      assert.equal(answer.status, 204);
      assert.equal(answer.headers.get('accept-post'), SDP);
      assert.match(answer.headers.get('access-control-allow-methods') ?? '', /POST/);
      assert.match(answer.headers.get('access-control-allow-headers') ?? '', /Authorization/);
      const resource = await hub.request('OPTIONS', `${prefix}/${SESSION_ID}/r1`);
      assert.match(resource.headers.get('access-control-allow-methods') ?? '', /DELETE, GET, HEAD, OPTIONS, PATCH/);
    });
  }

  it('the relay\'s refusal of a stranger\'s DELETE is passed on', async () => {
    const created = await hub.request('POST', `/whep/${SESSION_ID}`, { token: viewer, type: SDP, body: makeOffer('recvonly') });
    relay.refuseNext = { code: 'HUB_WRONG_TOKEN' };
    assert.equal((await hub.request('DELETE', created.headers.get('location') ?? '', { token: viewer })).status, 403);
    assert.equal((await hub.request('DELETE', created.headers.get('location') ?? '', { token: viewer })).status, 200);
  });

  it('an expired link is 403 HUB_LINK_EXPIRED', async () => {
    const token = await makeExpiringLink(hub, SESSION_ID, Math.floor(Date.now() / 1000) - 1);
    const answer = await hub.request('POST', `/whep/${SESSION_ID}`, { token, type: SDP, body: makeOffer('recvonly') });
    assert.deepEqual([answer.status, answer.json()['code']], [403, 'HUB_LINK_EXPIRED']);
  });

  it('the relay is told when a viewing\'s link runs out, by which link', async () => {
    const token = await makeExpiringLink(hub, SESSION_ID, Math.floor(Date.now() / 1000) + 3);
    assert.equal((await hub.request('POST', `/whep/${SESSION_ID}`, { token, type: SDP, body: makeOffer('recvonly') })).status, 201);
    const { linkId, expiresInMs } = (relay.calls.at(-1)?.body ?? {}) as { linkId: string; expiresInMs: number };
    assert.equal(linkId, createHash('sha256').update(token).digest('hex'));
    assert.ok(expiresInMs > 0 && expiresInMs <= 3000, String(expiresInMs));
  });

  it('503 with Retry-After while the relay is away, and goes on when it is back', async () => {
    await relay.close();
    const answer = await hub.request('POST', `/whip/${SESSION_ID}`, { token: box, type: SDP, body: makeOffer('sendonly') });
    assert.deepEqual([answer.status, answer.json()['code'], answer.headers.get('retry-after')], [503, 'HUB_RELAY_DOWN', '1']);
    await relay.start();
    assert.equal((await hub.request('POST', `/whip/${SESSION_ID}`, { token: box, type: SDP, body: makeOffer('sendonly') })).status, 201);
  });

  it('an ended session is 410 for WHIP, WHEP, links and PUT; its end is told to the relay; ending again is fine', async () => {
    assert.equal((await hub.request('POST', `/api/v1/sessions/${SESSION_ID}/end`, { token: box, json: {} })).status, 204);
    assert.deepEqual(relay.calls.at(-1), { method: 'DELETE', path: `/session/${SESSION_ID}`, body: null });
    assert.equal((await hub.request('POST', `/api/v1/sessions/${SESSION_ID}/end`, { token: box })).status, 204);
    const answers = [
      await hub.request('POST', `/whip/${SESSION_ID}`, { token: box, type: 'text/html', body: 'x' }),
      await hub.request('POST', `/whep/${SESSION_ID}`, { token: viewer, type: SDP, body: makeOffer('recvonly') }),
      await hub.request('POST', `/api/v1/sessions/${SESSION_ID}/links`, { token: box, json: {} }),
      await hub.request('PUT', `/api/v1/sessions/${SESSION_ID}`, { token: box, json: { code: 'ABCD', input: 'main', simulated: true, startedMs: 1 } }),
    ];
    for (const answer of answers) assert.deepEqual([answer.status, answer.json()['code']], [410, 'HUB_SESSION_ENDED']);
    const info = await hub.request('GET', `/api/v1/sessions/${SESSION_ID}`, { token: viewer });
    assert.deepEqual([info.status, info.json()['ended']], [200, true], 'the page can still say that it has ended');
  });
});
