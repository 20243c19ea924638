import assert from 'node:assert/strict';
import { mkdirSync, mkdtempSync, readFileSync, rmSync, statSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { findFreePort } from '../../../scripts/lib/free-port.ts';
import { makeFolder, makePrivateFolder } from '../../../scripts/run/folders.ts';
import { RunProcess } from './run-process.ts';

describe('the data folder of ./run', function () {
  this.timeout(90_000);
  let folder: string;
  beforeEach(() => { folder = mkdtempSync(join(tmpdir(), 'sl-data-')); });
  afterEach(() => rmSync(folder, { recursive: true, force: true }));

  it('a second ./run is refused, names --data, and harms nothing of the first', async () => {
    const first = new RunProcess(folder, await findFreePort());
    try {
      await first.ready();
      const before = (await first.status())!;
      const config = readFileSync(join(folder, 'box', 'config.json'), 'utf8');
      const log = statSync(join(folder, 'logs', 'firmware.log')).ino;
      const second = new RunProcess(folder, await findFreePort());
      assert.equal(await second.ended, 2);
      assert.match(second.stderr, /CFG_FOLDER_TAKEN.*--data/);
      assert.match(second.stderr, /数据目录/);
      const after = (await first.status())!;
      assert.deepEqual([after.session?.sessionId, after.session?.state, after.media.pid, after.startedMs], [before.session?.sessionId, 'live', before.media.pid, before.startedMs]);
      assert.equal(readFileSync(join(folder, 'box', 'config.json'), 'utf8'), config);
      assert.equal(statSync(join(folder, 'logs', 'firmware.log')).ino, log);
    } finally {
      await first.interrupt();
    }
  });

  it('one that cannot be made is refused in words, wherever it lies', () => {
    writeFileSync(join(folder, 'file'), '');
    for (const place of [join(folder, 'file'), join(folder, 'file', 'x'), '/proc/x', '/proc/x/y']) assert.throws(() => makeFolder(place), { code: 'CFG_DATA_FOLDER' }, place);
    makeFolder(join(folder, 'a', 'b'));
    assert.equal(statSync(join(folder, 'a', 'b')).mode & 0o777, 0o700);
  });

  it('a socket folder that somebody else laid is not used', () => {
    mkdirSync(join(folder, 'elsewhere'));
    symlinkSync(join(folder, 'elsewhere'), join(folder, 'sockets'));
    const made = makePrivateFolder(join(folder, 'sockets'));
    assert.notEqual(made, join(folder, 'sockets'));
    assert.equal(statSync(made).mode & 0o777, 0o700);
    assert.equal(makePrivateFolder(made), made);
  });
});
