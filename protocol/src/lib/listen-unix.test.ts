import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { createServer, type Server } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { listenUnix } from './listen-unix.ts';

describe('listening on a unix socket', () => {
  let dir = '';
  const servers: Server[] = [];
  beforeEach(() => (dir = mkdtempSync(join(tmpdir(), 'sl-unix-'))));
  afterEach(() => {
    for (const each of servers.splice(0)) each.close();
    rmSync(dir, { recursive: true, force: true });
  });
  const listen = async (path: string): Promise<void> => {
    const server = createServer();
    await listenUnix(server, { path, mode: 0o600, folderMode: 0o711, key: 'runDir' });
    servers.push(server);
  };
  const isRefused = (detail: RegExp) => (error: { code?: string; message?: string }): boolean => error.code === 'CFG_INVALID' && detail.test(error.message ?? '');

  it('opens it to its owner alone, in a folder that it makes, and leaves the mask as it was', async () => {
    const mask = process.umask();
    await listen(join(dir, 'run/a.sock'));
    assert.deepEqual([statSync(join(dir, 'run/a.sock')).mode & 0o777, statSync(join(dir, 'run')).mode & 0o777 & ~0o711, process.umask()], [0o600, 0, mask]);
  });

  it('takes the place of a dead process, not of a living one', async () => {
    const path = join(dir, 'a.sock');
    spawnSync(process.execPath, ['-e', `require('node:net').createServer().listen(${JSON.stringify(path)}, () => process.kill(process.pid, 'SIGKILL'))`]);
    assert.ok(statSync(path).isSocket(), 'left behind');
    await listen(path);
    await assert.rejects(listen(path), isRefused(/another process listens/));
  });

  it('removes no file of another kind, and says which path is too long', async () => {
    const path = join(dir, 'a.sock');
    writeFileSync(path, 'kept');
    await assert.rejects(listen(path), isRefused(/no socket/));
    assert.equal(readFileSync(path, 'utf8'), 'kept');
    await assert.rejects(listen(join(dir, 'x'.repeat(108))), isRefused(/107 bytes/));
  });
});
