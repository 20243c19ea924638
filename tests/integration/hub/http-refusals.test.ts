import assert from 'node:assert/strict';
import { randomBytes } from 'node:crypto';
import { request as httpRequest } from 'node:http';
import { MAX_SDP_BYTES } from '@scanlink/protocol';
import { SESSION, SESSION_ID, TestHub } from './support/hub-process.ts';
import { makeOffer } from './support/make-offer.ts';
import { RelayDouble } from './support/relay-double.ts';

const SDP = 'application/sdp';
const FRAGMENT = 'application/trickle-ice-sdpfrag';
const OTHER_ID = '99999999-2222-4333-8444-555555555555';

describe('hub: refusals over HTTP', () => {
  const hub = new TestHub();
  const relay = new RelayDouble(hub.relaySocket, 'epoch-1');
  let box = '';
  let otherBox = '';
  let viewer = '';
  let otherViewer = '';
  const wrong = randomBytes(32).toString('base64url');

  before(async () => {
    [box, otherBox] = await Promise.all([hub.addBox('box-1'), hub.addBox('box-2')]);
    await relay.start();
    await hub.start();
    await hub.putSession(box);
    await hub.putSession(otherBox, OTHER_ID);
    viewer = await hub.makeLink(box);
    otherViewer = await hub.makeLink(otherBox, OTHER_ID);
  });
  after(async () => {
    await hub.close();
    await relay.close();
  });

  const expectCode = async (expected: readonly [number, string], method: string, path: string, options: Parameters<TestHub['request']>[2]): Promise<Awaited<ReturnType<TestHub['request']>>> => {
    const answer = await hub.request(method, path, options);
    assert.deepEqual([answer.status, answer.json()['code']], expected, answer.text);
    assert.equal(typeof answer.json()['message'], 'string');
    assert.match(String(answer.json()['messageZh']), /\p{Script=Han}/u);
    assert.equal(answer.headers.get('x-content-type-options'), 'nosniff');
    return answer;
  };
  const whip = `/whip/${SESSION_ID}`;
  const whep = `/whep/${SESSION_ID}`;

  it('401 with WWW-Authenticate without a token, whatever else is wrong', async () => {
    for (const path of [whip, whep, '/whip/nothing', `/api/v1/sessions/${SESSION_ID}/end`]) {
      const answer = await expectCode([401, 'HUB_NO_TOKEN'], 'POST', path, { type: 'text/html', body: 'x' });
      assert.match(answer.headers.get('www-authenticate') ?? '', /^Bearer/);
    }
    await expectCode([401, 'HUB_NO_TOKEN'], 'GET', `/api/v1/sessions/${SESSION_ID}/events`, {});
    await expectCode([401, 'HUB_NO_TOKEN'], 'GET', `/api/v1/sessions/${SESSION_ID}`, { headers: { authorization: 'Basic YTpi' } });
  });

  it('403 with a wrong token: a made-up one, a link where a box is asked, a box where a link is asked, another session\'s link', async () => {
    await expectCode([403, 'HUB_WRONG_TOKEN'], 'POST', whip, { token: wrong, type: 'text/html', body: 'x' });
    await expectCode([403, 'HUB_WRONG_TOKEN'], 'POST', whip, { token: viewer, type: SDP, body: 'v=0' });
    await expectCode([403, 'HUB_WRONG_TOKEN'], 'POST', whep, { token: box, type: SDP, body: 'v=0' });
    await expectCode([403, 'HUB_WRONG_TOKEN'], 'POST', whep, { token: otherViewer, type: SDP, body: 'v=0' });
    await expectCode([403, 'HUB_WRONG_TOKEN'], 'GET', `/api/v1/sessions/${SESSION_ID}`, { token: `${viewer.slice(0, -2)}xx` });
  });

  it('403 for another box\'s session', async () => {
    await expectCode([403, 'HUB_WRONG_TOKEN'], 'POST', whip, { token: otherBox, type: SDP, body: 'v=0' });
    await expectCode([403, 'HUB_WRONG_TOKEN'], 'DELETE', `${whip}/r1`, { token: otherBox });
    await expectCode([403, 'HUB_WRONG_TOKEN'], 'PUT', `/api/v1/sessions/${SESSION_ID}`, { token: otherBox, json: SESSION });
    await expectCode([403, 'HUB_WRONG_TOKEN'], 'POST', `/api/v1/sessions/${SESSION_ID}/end`, { token: otherBox, json: {} });
    await expectCode([403, 'HUB_WRONG_TOKEN'], 'POST', `/api/v1/sessions/${SESSION_ID}/links`, { token: otherBox, json: {} });
  });

  it('409 for a second publisher: another box while the session\'s own one sends', async () => {
    relay.publishing.add(SESSION_ID);
    await expectCode([409, 'HUB_SECOND_PUBLISHER'], 'POST', whip, { token: otherBox, type: SDP, body: 'v=0' });
    relay.publishing.clear();
  });

  it('404 for an unknown session, of right or wrong shape, and for an unknown address', async () => {
    await expectCode([404, 'HUB_UNKNOWN_SESSION'], 'POST', '/whip/00000000-0000-4000-8000-000000000000', { token: box, type: 'text/html', body: 'x' });
    await expectCode([404, 'HUB_UNKNOWN_SESSION'], 'POST', '/whip/nothing', { token: box, type: SDP, body: 'v=0' });
    await expectCode([404, 'HUB_UNKNOWN_SESSION'], 'POST', '/api/v1/sessions/nothing/end', { token: box, json: {} });
    await expectCode([404, 'HUB_UNKNOWN_ROUTE'], 'GET', '/api/v1/nothing', {});
  });

  it('405 with Allow for a known address', async () => {
    const answer = await expectCode([405, 'HUB_WRONG_METHOD'], 'PUT', whip, {});
    assert.equal(answer.headers.get('allow'), 'GET, HEAD, OPTIONS, POST');
    await expectCode([405, 'HUB_WRONG_METHOD'], 'PUT', '/health', { json: {} });
  });

  it('415 for a wrong content type', async () => {
    const answer = await expectCode([415, 'HUB_WRONG_TYPE'], 'POST', whip, { token: box, type: 'application/json', body: '{}' });
    assert.match(String(answer.json()['message']), /application\/sdp/);
    await expectCode([415, 'HUB_WRONG_TYPE'], 'POST', whep, { token: viewer, body: 'v=0' });
    await expectCode([415, 'HUB_WRONG_TYPE'], 'PATCH', `${whip}/r1`, { token: box, type: SDP, body: 'a=x' });
    await expectCode([415, 'HUB_WRONG_TYPE'], 'POST', whip, { token: box, type: FRAGMENT, body: 'a=x' });
    await expectCode([415, 'HUB_WRONG_TYPE'], 'POST', whip, { token: box, type: SDP, body: 'packed', headers: { 'content-encoding': 'gzip' } });
    await expectCode([415, 'HUB_WRONG_TYPE'], 'PUT', `/api/v1/sessions/${SESSION_ID}`, { token: box, type: 'text/plain', body: '{}' });
  });

  it('413 for a body that is too large, told or streamed', async () => {
    const answer = await expectCode([413, 'HUB_TOO_LARGE'], 'POST', whip, { token: box, type: SDP, body: 'v'.repeat(MAX_SDP_BYTES + 1) });
    assert.match(String(answer.json()['message']), /65536/);
    assert.equal(await postChunked(`${hub.url}${whip}`, box, MAX_SDP_BYTES + 1), 413);
    const offer = makeOffer('sendonly');
    const fits = await hub.request('POST', whip, { token: box, type: SDP, body: `${offer}i=${'x'.repeat(MAX_SDP_BYTES - offer.length - 2)}` });
    assert.equal(fits.status, 201, 'the limit itself is allowed');
  });

  it('400 for a bad SDP, 406 with what is accepted; the relay\'s refusals are passed on with their words', async () => {
    await expectCode([400, 'HUB_BAD_SDP'], 'POST', whip, { token: box, type: SDP, body: ' \r\n' });
    await expectCode([400, 'HUB_BAD_SDP'], 'POST', whip, { token: box, type: SDP, body: 'nonsense' });
    const answer = await expectCode([406, 'HUB_NOT_ACCEPTABLE'], 'POST', whep, { token: viewer, type: SDP, body: makeOffer('recvonly', 'VP8') });
    assert.match(String(answer.json()['message']), /42e0/);
    relay.refuseNext = { code: 'HUB_SECOND_PUBLISHER' };
    await expectCode([409, 'HUB_SECOND_PUBLISHER'], 'POST', whip, { token: box, type: SDP, body: makeOffer('sendonly') });
    relay.refuseNext = { code: 'HUB_RELAY_FULL' };
    const full = await expectCode([503, 'HUB_RELAY_FULL'], 'POST', whep, { token: viewer, type: SDP, body: makeOffer('recvonly') });
    assert.equal(full.headers.get('retry-after'), '1');
    relay.refuseNext = { code: 'HUB_TOO_MANY_JOINING' };
    await expectCode([429, 'HUB_TOO_MANY_JOINING'], 'POST', whep, { token: viewer, type: SDP, body: makeOffer('recvonly') });
    relay.refuseNext = { code: 'HUB_PRECONDITION' };
    await expectCode([412, 'HUB_PRECONDITION'], 'PATCH', `${whip}/r1`, { token: box, type: FRAGMENT, body: 'a=x' });
  });

  it('400 that names the field: text for a number, missing field, bad id, no JSON', async () => {
    const put = async (json: unknown, id = SESSION_ID): Promise<string> => String((await expectCode([400, 'HUB_BAD_REQUEST'], 'PUT', `/api/v1/sessions/${id}`, { token: box, json })).json()['message']);
    const later = await hub.request('PUT', `/api/v1/sessions/${SESSION_ID}`, { token: box, json: { ...SESSION, wish: 'x' } });
    assert.equal(later.status, 200, 'a box of a later release may say more');
    assert.match((await hub.ops('/metrics')).text, /scanlink_hub_ignored_total 1/);
    assert.match(await put({ ...SESSION, startedMs: '1' }), /startedMs/);
    assert.match(await put({ ...SESSION, code: 'AB0D' }), /code/);
    assert.match(await put({ code: 'ABCD' }), /input/);
    await put(SESSION, 'not-a-uuid');
    const notJson = await expectCode([400, 'HUB_BAD_REQUEST'], 'PUT', `/api/v1/sessions/${SESSION_ID}`, { token: box, type: 'application/json', body: '{"WANG' });
    assert.doesNotMatch(notJson.text, /WANG/, 'the body is not repeated');
    await expectCode([400, 'HUB_BAD_REQUEST'], 'POST', `/api/v1/sessions/${SESSION_ID}/links`, { token: box, json: { ttlSeconds: 5 } });
    await expectCode([400, 'HUB_BAD_REQUEST'], 'POST', `/api/v1/sessions/${SESSION_ID}/end`, { token: box, json: { now: true } });
  });

  it('refuses a token in an address, also a right one', async () => {
    await expectCode([400, 'HUB_TOKEN_IN_QUERY'], 'GET', `/api/v1/sessions/${SESSION_ID}?token=${viewer}`, {});
    await expectCode([400, 'HUB_TOKEN_IN_QUERY'], 'POST', `${whip}?access_token=${box}`, { token: box, type: SDP, body: 'v=0' });
    await expectCode([400, 'HUB_TOKEN_IN_QUERY'], 'GET', `/watch?t=${viewer}`, {});
  });

  it('answers 429 after many wrong tokens, while right ones still pass', async () => {
    let last = 0;
    for (let index = 0; index < 40 && last !== 429; index++) last = (await hub.request('POST', whip, { token: wrong, type: SDP, body: 'v=0' })).status;
    const answer = await expectCode([429, 'HUB_TOO_MANY_FAILURES'], 'POST', whip, { token: wrong, type: SDP, body: 'v=0' });
    assert.ok(Number(answer.headers.get('retry-after')) >= 1);
    assert.equal((await hub.request('POST', whip, { token: box, type: SDP, body: makeOffer('sendonly') })).status, 201);
  });

  it('wrote no token, SDP or address to its log', () => {
    assert.match(hub.log, /"code":"HUB_WRONG_TOKEN"/, 'the log was written');
    for (const secret of [box, otherBox, viewer, otherViewer, wrong, 'Bearer', 'WANG', 'v=0', '127.0.0.1']) assert.ok(!hub.log.includes(secret), `log holds ${secret.slice(0, 8)}`);
  });
});

function postChunked(url: string, token: string, bytes: number): Promise<number> {
  return new Promise((resolve, reject) => {
    const outgoing = httpRequest(url, { method: 'POST', headers: { authorization: `Bearer ${token}`, 'content-type': SDP, 'transfer-encoding': 'chunked' } }, (incoming) => {
      incoming.resume();
      resolve(incoming.statusCode ?? 0);
      outgoing.destroy();
    });
    outgoing.on('error', reject);
    outgoing.write('v'.repeat(bytes));
    outgoing.end();
  });
}
