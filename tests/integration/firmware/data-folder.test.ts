import assert from 'node:assert/strict';
import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, readFileSync, rmSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { lockDataFolder } from '@scanlink/firmware/store/lock-data-folder';
import { BoxFolder, connectBox, FirmwareProcess, readStatus } from './support.ts';
import { HubDouble } from './hub-double.ts';
import { MediaDouble } from './media-double.ts';
import { until } from '../../support/until.ts';

const holderScript = fileURLToPath(new URL('hold-folder.ts', import.meta.url));
const taken = { code: 'CFG_FOLDER_TAKEN' };

describe('one data folder, one owner', function () {
  this.timeout(60_000);
  let dir: string;
  const children: ChildProcess[] = [];
  beforeEach(() => {
    dir = mkdtempSync(join(tmpdir(), 'sl-lock-'));
  });
  afterEach(() => {
    for (const child of children.splice(0)) child.kill('SIGKILL');
    rmSync(dir, { recursive: true, force: true });
  });

  async function hold(folder: string): Promise<ChildProcess> {
    const child = spawn(process.execPath, ['--expose-gc', holderScript, folder], { stdio: ['ignore', 'pipe', 'inherit'] });
    children.push(child);
    await once(child.stdout, 'data');
    return child;
  }

  it('is refused to another process, and free again after kill -9', async () => {
    const folder = join(dir, 'new');
    const holder = await hold(folder);
    assert.equal(statSync(folder).mode & 0o777, 0o700);
    assert.throws(() => lockDataFolder(folder), taken);
    holder.kill('SIGKILL');
    await once(holder, 'exit');
    lockDataFolder(folder).release();
  });

  it('is not held by a child that outlives its owner', async () => {
    const holder = await hold(dir);
    // It has started a process that sleeps; only the holder is killed.
    holder.kill('SIGKILL');
    await once(holder, 'exit');
    lockDataFolder(dir).release();
  });

  it('is refused within one process as well, and given back by release()', () => {
    const lock = lockDataFolder(dir);
    assert.throws(() => lockDataFolder(dir), taken);
    lock.release();
    lock.release();
    lockDataFolder(dir).release();
  });

  it('a second firmware ends with a code and harms nothing', async () => {
    const hub = await new HubDouble().start();
    const folder = new BoxFolder(hub.url);
    const first = new FirmwareProcess(folder);
    try {
      const box = await connectBox(folder);
      const media = await new MediaDouble(1).connect(folder);
      await box.peer.request('session.start', {});
      await until('the wish to publish', () => media.wish.publish);
      await media.report({ lastFrameMs: Date.now() });
      const live = await until('live', async () => (await readStatus(box)).session?.state === 'live' && readStatus(box));
      const bytes = readFileSync(join(folder.boxDir, 'box.db'));

      const second = new FirmwareProcess(folder);
      assert.deepEqual(await second.ended, { code: 2, signal: null });
      assert.match(second.output, /CFG_FOLDER_TAKEN: Data folder .* is used/);
      assert.match(second.output, /CFG_FOLDER_TAKEN: 数据目录/);
      assert.ok(!second.output.includes('session found'), 'it read nothing');
      assert.deepEqual(readFileSync(join(folder.boxDir, 'box.db')), bytes);
      const after = (await readStatus(box)).session;
      assert.deepEqual([after?.state, after?.sessionId, after?.gaps], ['live', live.session?.sessionId, []]);
      assert.deepEqual(hub.ends, []);
    } finally {
      await first.kill();
      await hub.stop();
      folder.remove();
    }
  });
});
