import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { existsSync, mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { LogFile } from '../../../scripts/run/log-file.ts';
import { UnitLogs } from '../../../scripts/run/logs.ts';
import { skipTest } from '../../support/skip.ts';

describe('the log files of ./run', () => {
  let folder: string;
  let path: string;
  let reasons: string[];
  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), 'sl-logs-'));
    path = join(folder, 'a.log');
    reasons = [];
  });
  afterEach(() => rmSync(folder, { recursive: true, force: true }));
  const file = (limits: Partial<ConstructorParameters<typeof LogFile>[2]> = {}): LogFile =>
    new LogFile(path, (reason) => reasons.push(reason), { maxBytes: 1000, files: 3, waitingBytes: 10_000, ...limits });

  it('are put aside by size, and a number of them is kept', async () => {
    const log = file();
    for (let round = 0; round < 50; round += 1) {
      log.write(`${round} ${'x'.repeat(98)}`);
      await log.close();
    }
    for (const each of [path, `${path}.1`, `${path}.2`]) assert.ok(statSync(each).size <= 1000, each);
    assert.equal(existsSync(`${path}.3`), false);
    assert.match(readFileSync(path, 'utf8'), /^49 x+$/m);
    assert.deepEqual(reasons, []);
  });

  it('keep the run before', async () => {
    writeFileSync(path, 'before\n');
    const log = file();
    log.write('now');
    await log.close();
    assert.deepEqual([readFileSync(path, 'utf8'), readFileSync(`${path}.1`, 'utf8')], ['now\n', 'before\n']);
  });

  it('behind a slow disk: memory is bounded, dropping is said once, and its count stands in the file', async () => {
    const log = file({ maxBytes: 1_000_000, waitingBytes: 1000 });
    // All of it before the first write can end.
    for (let line = 0; line < 500; line += 1) log.write('x'.repeat(99));
    await log.close();
    log.write('after');
    await log.close();
    const lines = readFileSync(path, 'utf8').trim().split('\n');
    assert.deepEqual(reasons, ['slow']);
    const dropped = Number(/(\d+) log lines were dropped/.exec(lines.join('\n'))?.[1]);
    assert.equal(lines.filter((line) => line.startsWith('x')).length + dropped, 500);
    assert.ok(dropped > 400);
    assert.equal(lines.at(-1), 'after');
  });

  it('hold no line that is longer than a stack trace, and say where one was cut', async () => {
    const logs = new UnitLogs(folder, () => undefined);
    logs.write({ name: 'media', stream: 'stdout', line: 'x'.repeat(1_000_000) });
    await logs.close();
    const text = readFileSync(join(folder, 'media.log'), 'utf8');
    assert.ok(text.length < 20_000 && text.endsWith('(cut)\n'), `${text.length} characters`);
  });

  it('in a folder that cannot be written: nothing is thrown', async () => {
    const said: string[] = [];
    const logs = new UnitLogs(join(folder, 'absent'), (text) => said.push(text));
    for (let line = 0; line < 3; line += 1) {
      logs.write({ name: 'media', stream: 'stdout', line: 'a' });
      await logs.close();
    }
    assert.equal(said.length, 1);
    assert.match(said[0]!, /ENOENT.*丢弃/s);
  });

  it('on a full disk: the launcher lives, says so once, and writes on when there is room', function () {
    if (spawnSync('unshare', ['--mount', '--map-root-user', 'true']).status !== 0) skipTest(this, 'this machine grants no mount namespace');
    const script = join(import.meta.dirname, 'log-on-full-disk.ts');
    const run = spawnSync('unshare', ['--mount', '--map-root-user', 'sh', '-c', 'mount -t tmpfs -o size=256k none "$1" && exec "$2" "$3" "$1"', 'sh', folder, process.execPath, script], { encoding: 'utf8' });
    assert.equal(run.status, 0, run.stderr);
    const { said, text } = JSON.parse(run.stdout) as { said: string[]; text: string };
    assert.equal(said.length, 1, said.join('\n'));
    assert.match(said[0]!, /ENOSPC/);
    assert.match(text, /\d+ log lines were dropped before this one/);
    assert.match(text, /^room again$/m);
  });
});
