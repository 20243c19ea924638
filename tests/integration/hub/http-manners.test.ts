import assert from 'node:assert/strict';
import { connect } from 'node:net';
import { SESSION_ID, TestHub } from './support/hub-process.ts';
import { makeOffer } from './support/make-offer.ts';
import { RelayDouble } from './support/relay-double.ts';

const SDP = 'application/sdp';

describe('hub: what other software expects of HTTP', () => {
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

  const createFor = async (prefix: string): Promise<{ readonly token: string; readonly location: string }> => {
    const [token, direction] = prefix === '/whip' ? [box, 'sendonly'] as const : [viewer, 'recvonly'] as const;
    const created = await hub.request('POST', `${prefix}/${SESSION_ID}`, { token, type: SDP, body: makeOffer(direction) });
    assert.equal(created.status, 201, created.text);
    return { token, location: created.headers.get('location') ?? '' };
  };

  for (const prefix of ['/whip', '/whep']) {
    it(`${prefix}: GET and HEAD are 204 without content, for what is there and what is not alike`, async () => {
      const { location } = await createFor(prefix);
      for (const path of [`${prefix}/${SESSION_ID}`, location, `${prefix}/nothing`, `${prefix}/nothing/r9`]) {
        for (const method of ['GET', 'HEAD']) {
          const answer = await hub.request(method, path);
          assert.deepEqual([answer.status, answer.text, answer.headers.get('access-control-allow-origin')], [204, '', '*'], `${method} ${path}`);
        }
      }
    });

    it(`${prefix}: DELETE with a body or type of any kind ends it`, async () => {
      for (const options of [{}, { type: 'application/json', body: '{' }, { type: 'text/plain', body: 'x' }, { type: SDP }, { type: 'application/json' }]) {
        const { token, location } = await createFor(prefix);
        const answer = await hub.request('DELETE', location, { token, ...options });
        assert.equal(answer.status, 200, `${JSON.stringify(options)} ${answer.text}`);
        assert.equal(relay.calls.at(-1)?.method, 'DELETE');
      }
    });

    it(`${prefix}: a slash at the end is the same address, with all its methods`, async () => {
      const { token, location } = await createFor(prefix);
      const again = await hub.request('POST', `${prefix}/${SESSION_ID}/`, { token, type: SDP, body: makeOffer(prefix === '/whip' ? 'sendonly' : 'recvonly') });
      assert.equal(again.status, 201, again.text);
      assert.match(again.headers.get('location') ?? '', new RegExp(`^${prefix}/${SESSION_ID}/r\\d+$`));
      assert.equal((await hub.request('OPTIONS', `${prefix}/${SESSION_ID}/`)).headers.get('accept-post'), SDP);
      assert.equal((await hub.request('DELETE', `${location}/`, { token })).status, 200);
    });

    it(`${prefix}: every refusal can be read by a page of another origin`, async () => {
      const cases: readonly (readonly [number, string, string, Parameters<TestHub['request']>[2]])[] = [
        [401, 'POST', `${prefix}/${SESSION_ID}`, {}],
        [404, 'POST', `${prefix}/${SESSION_ID}/r1/more`, {}],
        [404, 'GET', prefix, {}],
        [405, 'PUT', `${prefix}/${SESSION_ID}`, { json: {} }],
        [405, 'POST', `${prefix}/${SESSION_ID}/r1`, { type: SDP, body: 'v=0' }],
        [400, 'POST', `${prefix}/${SESSION_ID}?token=x`, { type: SDP, body: 'v=0' }],
        [415, 'POST', `${prefix}/${SESSION_ID}`, { token: prefix === '/whip' ? box : viewer, json: {} }],
        [400, 'POST', `${prefix}/%zz`, { type: SDP, body: 'v=0' }],
      ];
      for (const [status, method, path, options] of cases) {
        const answer = await hub.request(method, path, options);
        assert.deepEqual([answer.status, answer.headers.get('access-control-allow-origin')], [status, '*'], `${method} ${path} ${answer.text}`);
        assert.match(answer.headers.get('access-control-expose-headers') ?? '', /Allow/);
        assert.match(String(answer.json()['messageZh']), /\p{Script=Han}/u);
      }
    });

    it(`${prefix}: an expectation that nobody meets is 417 in words, readable as well`, async () => {
      const answer = await new Promise<string>((resolve, reject) => {
        let text = '';
        const socket = connect(Number(new URL(hub.url).port), '127.0.0.1', () => socket.write(`POST ${prefix}/${SESSION_ID} HTTP/1.1\r\nHost: x\r\nExpect: 200-maybe\r\nContent-Length: 0\r\n\r\n`));
        socket.on('data', (chunk: Buffer) => (text += chunk.toString()));
        socket.on('end', () => resolve(text));
        socket.on('error', reject);
      });
      assert.match(answer, /^HTTP\/1\.1 417 /);
      assert.match(answer, /access-control-allow-origin: \*/i);
      assert.match(answer, /"messageZh":"[^"]*\p{Script=Han}/u);
    });
  }

  it('other origins are let in at these addresses alone', async () => {
    for (const path of ['/health', `/api/v1/sessions/${SESSION_ID}`, '/watch', '/nothing', '/whipped']) assert.equal((await hub.request('GET', path)).headers.get('access-control-allow-origin'), null, path);
  });

  it('an unknown address that programs call has JSON, whatever they accept', async () => {
    for (const path of ['/api/v1/nothing', '/whep/a/b/c', '/whip']) {
      const answer = await hub.request('GET', path, { headers: { accept: 'text/html,*/*' } });
      assert.deepEqual([answer.status, answer.json()['code']], [404, 'HUB_UNKNOWN_ROUTE'], path);
    }
    assert.match((await hub.request('GET', '/apis', { headers: { accept: 'text/html,*/*' } })).text, /<html/);
  });
});
