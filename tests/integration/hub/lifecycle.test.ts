import assert from 'node:assert/strict';
import { chmodSync, mkdirSync, readFileSync, statSync, writeFileSync } from 'node:fs';
import { createServer, type AddressInfo } from 'node:net';
import { join } from 'node:path';
import Database from 'better-sqlite3';
import { BoxChannel, EventReader } from './support/clients.ts';
import { makeExpiringLink } from './support/expiring-link.ts';
import { runScript, SESSION_ID, TestHub, until } from './support/hub-process.ts';

describe('hub: process and store', () => {
  let hub: TestHub;
  beforeEach(() => {
    hub = new TestHub(['--public-url', 'https://hub.example.org/base/']);
  });
  afterEach(async () => await hub.close());

  it('killed with -9 in a session: sessions, links and boxes are known again on the same port', async () => {
    const box = await hub.addBox('box-1');
    await hub.start();
    await hub.putSession(box);
    const viewer = await hub.makeLink(box);
    const port = Number(new URL(hub.url).port);
    assert.equal(await hub.stop('SIGKILL'), null);
    await hub.start(port);
    const info = await hub.request('GET', `/api/v1/sessions/${SESSION_ID}`, { token: viewer });
    assert.deepEqual([info.status, info.json()['code'], info.json()['ended'], info.json()['boxConnected']], [200, 'ABCD', false, false]);
    await new BoxChannel(hub.url, box).greet().then((channel) => channel.socket.terminate());
    await hub.putSession(box);
  });

  it('SIGTERM: event streams end, boxes are told 1001, exit code 0', async () => {
    const box = await hub.addBox('box-1');
    await hub.start();
    await hub.putSession(box);
    const reader = new EventReader(hub.url, await hub.makeLink(box), SESSION_ID);
    const channel = await new BoxChannel(hub.url, box).greet();
    await reader.info((info) => info.boxConnected);
    assert.equal(await hub.stop(), 0);
    assert.equal(await channel.closed(), 1001);
    await until('stream ended', () => reader.ended);
    assert.match(hub.log, /hub has stopped/, 'it ended by itself, not by the emergency timer');
  });

  it('an event stream ends when its link runs out', async () => {
    const box = await hub.addBox('box-1');
    await hub.start();
    await hub.putSession(box);
    const reader = new EventReader(hub.url, await makeExpiringLink(hub, SESSION_ID, Math.floor(Date.now() / 1000) + 2), SESSION_ID);
    await reader.info(() => true);
    await until('stream ended', () => reader.ended);
    assert.equal(reader.infos.at(-1)?.ended, false, 'the session itself goes on');
  });

  it('links lead to the public address with the token in the fragment; neither token is stored', async () => {
    const box = await hub.addBox('box-1');
    await hub.start();
    await hub.putSession(box);
    const answer = await hub.request('POST', `/api/v1/sessions/${SESSION_ID}/links`, { token: box, json: {} });
    const url = new URL(String(answer.json()['url']));
    assert.equal(url.origin + url.pathname + url.search, 'https://hub.example.org/base/watch');
    assert.match(url.hash, /^#v1\./);
    await hub.stop();
    const stored = Buffer.concat(['hub.db', 'hub.db-wal'].map((name) => {
      try {
        return readFileSync(join(hub.dataDir, name));
      } catch {
        return Buffer.alloc(0);
      }
    }));
    assert.ok(stored.includes(SESSION_ID), 'the store was read');
    assert.ok(!stored.includes(box) && !stored.includes(url.hash.slice(1)));
    assert.equal(statSync(join(hub.dataDir, 'link.key')).mode & 0o777, 0o600);
  });

  it('a taken port is said in both languages, exit code 3', async () => {
    const server = createServer();
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    const port = String((server.address() as AddressInfo).port);
    const result = await runScript('cloud/src/api/main.ts', ['--port', port, '--data', hub.dataDir, '--run-dir', hub.runDir]);
    server.close();
    assert.equal(result.code, 3, result.stderr);
    assert.match(result.stderr, new RegExp(`CFG_PORT_TAKEN: Port ${port} is already in use; choose another with --port`));
    assert.match(result.stderr, new RegExp(`CFG_PORT_TAKEN: 端口 ${port} 已被占用`));
  });

  it('wrong flags and an exposed key are refused with words', async () => {
    const unknown = await runScript('cloud/src/api/main.ts', ['--data', hub.dataDir, '--run-dir', hub.runDir, '--colour', 'red']);
    assert.deepEqual([unknown.code, /CFG_USAGE/.test(unknown.stderr)], [2, true]);
    mkdirSync(hub.dataDir, { recursive: true });
    writeFileSync(join(hub.dataDir, 'link.key'), Buffer.alloc(32), { mode: 0o644 });
    const exposed = await runScript('cloud/src/api/main.ts', ['--port', '0', '--data', hub.dataDir, '--run-dir', hub.runDir]);
    assert.deepEqual([exposed.code, /CFG_TOKEN_OPEN/.test(exposed.stderr)], [2, true], exposed.stderr);
  });

  it('a store of a newer hub is used while that one says that it may be, else refused and left as it is', async () => {
    await hub.addBox('box-1');
    const db = new Database(join(hub.dataDir, 'hub.db'));
    db.prepare('insert into kysely_migration (name, timestamp) values (?, ?)').run('9999-future', '2030');
    db.close();
    await hub.start();
    await hub.stop();
    const again = new Database(join(hub.dataDir, 'hub.db'));
    again.prepare('update schema_readable set readable_from = ?').run('9999-future');
    again.close();
    const result = await runScript('cloud/src/api/main.ts', ['--port', '0', '--data', hub.dataDir, '--run-dir', hub.runDir]);
    assert.equal(result.code, 1);
    assert.match(result.stderr, /STO_NEWER.*9999-future/);
  });

  describe('box add', () => {
    const add = (tokenFile: string, id = 'box-1', name = 'N'): ReturnType<typeof runScript> =>
      runScript('cloud/src/admin/main.ts', ['box', 'add', '--data', hub.dataDir, '--id', id, '--name', name, '--room', 'R', '--token-file', tokenFile]);
    const write = (name: string, content: string): string => {
      const path = join(hub.dir, name);
      writeFileSync(path, content, { mode: 0o600 });
      return path;
    };
    const TOKEN = 'A'.repeat(43);

    it('is idempotent, changes name and token, and works beside a running hub', async () => {
      await hub.start();
      assert.equal((await add(write('a', TOKEN))).code, 0);
      assert.equal((await add(write('a', TOKEN), 'box-1', 'Other')).code, 0);
      await hub.putSession(TOKEN);
      const viewer = await hub.makeLink(TOKEN);
      assert.equal((await hub.request('GET', `/api/v1/sessions/${SESSION_ID}`, { token: viewer })).json()['box'], 'Other');
      assert.equal((await add(write('b', 'B'.repeat(43)))).code, 0);
      assert.equal((await hub.request('POST', `/api/v1/sessions/${SESSION_ID}/end`, { token: TOKEN, json: {} })).status, 403, 'the old token is void');
    });

    it('two at once on an empty folder both succeed', async () => {
      const results = await Promise.all([add(write('a', TOKEN), 'box-1'), add(write('b', 'B'.repeat(43)), 'box-2')]);
      assert.deepEqual(results.map((each) => each.code), [0, 0], results.map((each) => each.stderr).join(''));
    });

    it('refuses a file that others can read, a short token, a missing file, another box\'s token; says no token', async () => {
      const open = write('open', TOKEN);
      chmodSync(open, 0o640);
      assert.match((await add(open)).stderr, /CFG_TOKEN_OPEN.*640/);
      assert.match((await add(write('short', 'A'.repeat(42)))).stderr, /CFG_TOKEN_FILE.*43/);
      assert.match((await add(join(hub.dir, 'none'))).stderr, /CFG_TOKEN_FILE.*ENOENT/);
      await add(write('a', TOKEN));
      const stolen = await add(write('a', TOKEN), 'box-2');
      assert.match(stolen.stderr, /CFG_TOKEN_FILE/);
      assert.ok(!(stolen.stderr + stolen.stdout).includes(TOKEN));
    });
  });
});
