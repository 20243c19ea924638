import assert from 'node:assert/strict';
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { SESSION_ID, TestHub, until } from './support/hub-process.ts';
import { RelayDouble } from './support/relay-double.ts';

describe('hub: pages, description, metrics', () => {
  const webDir = mkdtempSync(join(tmpdir(), 'sl-web-'));
  const hub = new TestHub(['--web-dir', webDir]);
  const relay = new RelayDouble(hub.relaySocket, 'epoch-1');

  before(async () => {
    mkdirSync(join(webDir, 'assets'));
    writeFileSync(join(webDir, 'index.html'), '<!doctype html><title>page</title>');
    writeFileSync(join(webDir, 'assets/app-1a2b3c.js'), 'export {};');
    await relay.start();
    await hub.start();
  });
  after(async () => {
    await hub.close();
    await relay.close();
    rmSync(webDir, { recursive: true, force: true });
  });

  it('serves the page at / and /watch under a strict policy, assets for ever, pages never from a cache', async () => {
    for (const path of ['/', '/watch', '/watch?lang=zh']) {
      const page = await hub.request('GET', path);
      assert.equal(page.status, 200, path);
      assert.match(page.text, /<title>page/);
      const policy = page.headers.get('content-security-policy') ?? '';
      for (const rule of ["default-src 'self'", "connect-src 'self'", "img-src 'self' data: blob:", "style-src 'self' 'unsafe-inline'", "frame-ancestors 'none'"]) assert.ok(policy.split('; ').includes(rule), rule);
      assert.ok(!/script-src|unsafe-eval|https?:/.test(policy));
      assert.deepEqual([page.headers.get('referrer-policy'), page.headers.get('x-content-type-options'), page.headers.get('cache-control')], ['no-referrer', 'nosniff', 'no-cache']);
    }
    const asset = await hub.request('GET', '/assets/app-1a2b3c.js');
    assert.match(asset.headers.get('content-type') ?? '', /javascript/);
    assert.match(asset.headers.get('cache-control') ?? '', /immutable/);
    assert.equal((await hub.request('GET', '/assets/none.js')).status, 404);
    assert.equal((await hub.request('GET', '/..%2f..%2fetc/passwd')).status, 404);
  });

  it('an address that is none: words for a person, an error body for a program', async () => {
    const person = await hub.request('GET', '/nonsense', { headers: { accept: 'text/html,application/xhtml+xml,*/*;q=0.8' } });
    assert.deepEqual([person.status, /<html lang="zh-CN">[^]*此地址不存在[^]*There is nothing at this address/.test(person.text)], [404, true]);
    const program = await hub.request('GET', '/nonsense', { headers: { accept: '*/*' } });
    assert.deepEqual([program.status, program.json()['code']], [404, 'HUB_UNKNOWN_ROUTE']);
  });

  it('without a built page says so in both languages', async () => {
    const bare = new TestHub(['--web-dir', join(webDir, 'none')]);
    await bare.start();
    const page = await bare.request('GET', '/watch');
    await bare.close();
    assert.equal(page.status, 503);
    assert.match(page.text, /has not been built/);
    assert.match(page.text, /尚未构建/);
  });

  it('describes every route, with the refusals', async () => {
    const { paths } = JSON.parse((await hub.ops('/api/v1/openapi.json')).text) as { paths: Record<string, Record<string, { responses: Record<string, unknown> }>> };
    const listed = Object.entries(paths).flatMap(([path, methods]) => Object.keys(methods).map((method) => `${method.toUpperCase()} ${path}`)).sort();
    assert.deepEqual(listed, [
      'DELETE /api/v1/sessions/{sessionId}/links', 'DELETE /api/v1/sessions/{sessionId}/links/{linkId}', 'DELETE /whep/{sessionId}/{resourceId}', 'DELETE /whip/{sessionId}/{resourceId}',
      'GET /api/v1/box/control', 'GET /api/v1/sessions/{sessionId}', 'GET /api/v1/sessions/{sessionId}/events', 'GET /api/v1/sessions/{sessionId}/links', 'GET /health',
      'OPTIONS /whep/{sessionId}', 'OPTIONS /whep/{sessionId}/{resourceId}', 'OPTIONS /whip/{sessionId}', 'OPTIONS /whip/{sessionId}/{resourceId}',
      'PATCH /whep/{sessionId}/{resourceId}', 'PATCH /whip/{sessionId}/{resourceId}',
      'POST /api/v1/sessions/{sessionId}/end', 'POST /api/v1/sessions/{sessionId}/links', 'POST /whep/{sessionId}', 'POST /whip/{sessionId}',
      'PUT /api/v1/sessions/{sessionId}',
    ]);
    for (const status of ['201', '400', '401', '403', '404', '406', '409', '410', '413', '415', '503']) assert.ok(paths['/whip/{sessionId}']?.['post']?.responses[status], status);
  });

  it('health tells hub and relay apart; metrics count routes, sessions and the relay', async () => {
    relay.publishing.add(SESSION_ID);
    const health = (await hub.request('GET', '/health')).json();
    assert.equal(health['ok'], true);
    const metrics = await hub.ops('/metrics');
    assert.match(metrics.type, /text\/plain/);
    assert.match(metrics.text, /scanlink_hub_http_requests_total\{method="GET",route="\/health",status="200"\} \d/);
    assert.match(metrics.text, /scanlink_relay_session_viewers\{session="[0-9a-f]{8}"\} 2/);
    assert.ok(!metrics.text.includes(SESSION_ID), 'a session\'s id is not told');
    for (const path of ['/metrics', '/api/v1/openapi.json']) assert.equal((await hub.request('GET', path)).status, 404, `${path} is not for the public port`);
    assert.match(metrics.text, /scanlink_hub_relay_up 1/);
    assert.match(metrics.text, /scanlink_hub_sessions_open 0/);
    await relay.close();
    await until('told within the second that answers are kept', async () => /scanlink_hub_relay_up 0/.test((await hub.ops('/metrics')).text));
    const after = (await hub.request('GET', '/health')).json();
    assert.equal(after['ok'], true, 'the hub itself is well');
    await relay.start();
  });
});
