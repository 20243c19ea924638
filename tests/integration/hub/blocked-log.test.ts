import assert from 'node:assert/strict';
import { spawn, type ChildProcess } from 'node:child_process';
import { until } from '../../support/until.ts';

describe('a log that nobody reads, of any process', () => {
  let child: ChildProcess | null = null;
  afterEach(() => child?.kill('SIGKILL'));

  it('does not stop the event loop, however much is logged; once it is read again lines come', async () => {
    const script = `import { createLogger } from '@scanlink/protocol/lib/logger';
      const logger = createLogger({ name: 'test' });
      let turns = 0;
      setInterval(() => {
        for (let line = 0; line < 200; line += 1) logger.info({ pad: 'x'.repeat(500) }, 'line');
        process.stderr.write(String(turns += 1) + '\\n');
      }, 5);`;
    // In the folder of the tests: packages are found by name from there.
    child = spawn(process.execPath, ['--input-type=module', '-e', script], { cwd: new URL('../..', import.meta.url), stdio: ['ignore', 'pipe', 'pipe'] });
    let turns = 0;
    child.stderr?.on('data', (chunk: Buffer) => (turns = Number(chunk.toString().trim().split('\n').at(-1))));
    child.stdout?.pause();
    await until('it has turned 100 times, with 10 MB logged', () => turns >= 100);
    let read = 0;
    child.stdout?.on('data', (chunk: Buffer) => (read += chunk.length)).resume();
    await until('lines come again', () => read > 65_536);
    assert.ok(turns >= 100);
  });
});
