import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, rmSync } from 'node:fs';
import { createServer, createConnection, type Server, type Socket } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { loadSystem, openSystemdNotifier } from '@scanlink/hal/native/system';

/** What systemd's manager does, in a process of its own: prints each datagram as one line of JSON. */
const MANAGER = `
import json, socket, sys
s = socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM)
name = sys.argv[1]
s.bind("\\0" + name[1:] if name[0] == "@" else name)
print(json.dumps("bound"), flush=True)
while True: print(json.dumps(s.recv(4096).decode()), flush=True)
`;

describe('scanlink_system.node', function () {
  this.timeout(20_000);
  let folder: string;
  beforeEach(() => { folder = mkdtempSync(join(tmpdir(), 'scanlink-system-')); });
  afterEach(() => rmSync(folder, { recursive: true, force: true }));

  for (const kind of ['path', 'abstract'] as const) {
    it(`tells a manager that listens at an address of kind ${kind}`, async () => {
      const address = kind === 'path' ? join(folder, 'notify') : `@scanlink-test-${process.pid}`;
      const manager = spawn('/usr/bin/python3', ['-c', MANAGER, address], { stdio: ['ignore', 'pipe', 'inherit'] });
      try {
        const lines = createInterface(manager.stdout)[Symbol.asyncIterator]();
        const next = async (): Promise<unknown> => JSON.parse(String((await lines.next()).value));
        assert.equal(await next(), 'bound');
        const notifier = openSystemdNotifier({ NOTIFY_SOCKET: address });
        notifier.ready('空闲');
        notifier.beat();
        notifier.stopping();
        assert.deepEqual([await next(), await next(), await next()], ['READY=1\nSTATUS=空闲', 'WATCHDOG=1', 'STOPPING=1']);
      } finally {
        manager.kill();
        await once(manager, 'exit');
      }
    });
  }

  it('says when nobody listens, without the address', () => {
    assert.throws(() => loadSystem().notify(join(folder, 'nobody'), 'READY=1'), (error: { code?: string; message?: string }) =>
      error.code === 'NAT_SYSTEM' && /ENOENT/.test(error.message ?? '') && !(error.message ?? '').includes(folder));
  });

  it('names the peer of a connected unix socket', async () => {
    const path = join(folder, 's');
    const server: Server = createServer().listen(path);
    await once(server, 'listening');
    const client = createConnection(path);
    const [accepted] = (await once(server, 'connection')) as [Socket];
    try {
      // Node gives the descriptor's number by the handle alone.
      const { fd } = (accepted as unknown as { _handle: { fd: number } })._handle;
      assert.deepEqual(loadSystem().peerCredentials(fd), { pid: process.pid, uid: process.geteuid?.(), gid: process.getegid?.() });
    } finally {
      client.destroy();
      accepted.destroy();
      server.close();
    }
  });

  it('refuses what is no socket, and no number', () => {
    assert.throws(() => loadSystem().peerCredentials(0x7fff_ffff), { code: 'NAT_SYSTEM' });
    for (const bad of [-1, 1.5, Number.NaN, 2 ** 40]) assert.throws(() => loadSystem().peerCredentials(bad), { code: 'NAT_BAD_ARGUMENT' });
    assert.throws(() => loadSystem().notify('', 'READY=1'), { code: 'NAT_SYSTEM' });
  });
});
