import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { systemClock } from '@scanlink/protocol/lib/clock';
import { groupLives } from '../../../scripts/run/supervisor/process-group.ts';
import type { UnitExit, UnitLine, UnitSpec } from '../../../scripts/run/supervisor/supervisor.ts';
import { ProcessSupervisor } from '../../../scripts/run/supervisor/supervisor.process.ts';
import { UnitProcess, type ProcessEnd } from '../../../scripts/run/supervisor/unit-process.ts';
import { until } from '../../support/until.ts';

const sh = (name: string, script: string, more: Partial<UnitSpec> = {}): UnitSpec => ({ name, command: '/bin/sh', args: ['-c', script], restart: 'always', ...more });

describe('supervisor of processes', function () {
  this.timeout(30_000);
  let lines: UnitLine[];
  let exits: UnitExit[];
  let restarts: number;
  let supervisor: ProcessSupervisor;
  beforeEach(() => {
    lines = [];
    exits = [];
    restarts = 0;
    supervisor = new ProcessSupervisor({ onLine: (line) => lines.push(line), onExit: (exit) => exits.push(exit), onRestart: () => (restarts += 1) });
  });
  afterEach(() => supervisor.close());
  const pidOf = (name: string): number | null => supervisor.status().find((each) => each.name === name)?.pid ?? null;
  const said = (text: string): boolean => lines.some((each) => each.line === text);

  it('collects lines, passes arguments and environment without a shell', async () => {
    supervisor.start({ name: 'a', command: process.execPath, args: ['-e', 'console.log(process.argv[1]); console.error(process.env.X)', '$HOME; "quoted"'], env: { X: 'set' }, restart: 'never' });
    await until('the exit', () => exits.length === 1);
    await until('both lines', () => lines.length === 2);
    assert.deepEqual(lines.toSorted((a, b) => a.stream.localeCompare(b.stream)), [{ name: 'a', stream: 'stderr', line: 'set' }, { name: 'a', stream: 'stdout', line: '$HOME; "quoted"' }]);
    assert.deepEqual([exits[0]?.code, exits[0]?.expected, exits[0]?.restartInMs], [0, false, null]);
  });

  it('restarts a killed unit, the first time within 200 ms, and tells', async () => {
    supervisor.start(sh('a', 'echo up; exec sleep 60'));
    await until('the start', () => said('up'));
    const pid = pidOf('a')!;
    process.kill(pid, 'SIGKILL');
    await until('the restart', () => restarts === 1);
    assert.deepEqual([exits[0]?.signal, exits[0]?.pid], ['SIGKILL', pid]);
    assert.ok(exits[0]!.restartInMs! <= 200);
    assert.notEqual(pidOf('a'), pid);
    await supervisor.stop('a');
    assert.deepEqual(supervisor.status().map(({ state, restarts: count, pid: left }) => [state, count, left]), [['stopped', 1, null]]);
    assert.equal(exits[1]?.expected, true);
  });

  it('slows down for a unit that keeps failing, also for a command that is not there', async () => {
    supervisor.start(sh('a', 'exit 3', { restart: 'on-failure' }));
    supervisor.start({ name: 'b', command: '/no/such/command', args: [], restart: 'always' });
    await until('five exits each', () => exits.filter((each) => each.name === 'a').length >= 5 && exits.filter((each) => each.name === 'b').length >= 5);
    for (const name of ['a', 'b']) assert.deepEqual(exits.filter((each) => each.name === name).slice(0, 5).map((each) => each.restartInMs), [20, 20, 20, 100, 200]);
  });

  it('leaves a unit that ended well, where failures alone are restarted', async () => {
    supervisor.start(sh('a', 'exit 0', { restart: 'on-failure' }));
    await until('the exit', () => exits.length === 1);
    assert.equal(exits[0]?.restartInMs, null);
  });

  it('kills what does not listen, with everything that it started', async () => {
    supervisor.start(sh('a', "trap '' TERM; (trap '' TERM; sleep 60) & sleep 60 & echo up; wait; wait; sleep 60"));
    await until('the start', () => said('up'));
    const pid = pidOf('a')!;
    await supervisor.stop('a');
    assert.equal(groupLives(pid), false);
    assert.equal(exits[0]?.signal, 'SIGKILL');
  });

  it('ends what a dead leader left behind before it starts it again', async () => {
    supervisor.start(sh('a', 'sleep 60 & echo up; wait'));
    await until('the start', () => said('up'));
    const pid = pidOf('a')!;
    process.kill(pid, 'SIGKILL');
    await until('the restart', () => restarts === 1);
    assert.equal(groupLives(pid), false);
  });

  const BEATING = 'echo up; while :; do printf . >&3; sleep 0.2; done';
  const heartbeat = { silentSeconds: 1, startSeconds: 5 };

  it('a unit that was stopped or hangs is ended and started again; one that beats is left alone', async () => {
    supervisor.start(sh('hangs', BEATING, { heartbeat }));
    supervisor.start(sh('beats', BEATING, { heartbeat }));
    await until('both', () => lines.filter((each) => each.line === 'up').length === 2);
    const [pid, other] = [pidOf('hangs')!, pidOf('beats')];
    process.kill(pid, 'SIGSTOP');
    await until('the restart', () => restarts === 1);
    assert.equal(groupLives(pid), false);
    assert.deepEqual([exits[0]?.name, exits[0]?.expected, pidOf('beats')], ['hangs', false, other]);
    assert.ok(lines.some((each) => each.name === 'hangs' && /no sign of life for \d+ s.*无响应/.test(each.line)));
  });

  it('a unit that never beats is ended too, and without the contract none is', async () => {
    supervisor.start(sh('silent', 'exec sleep 60', { heartbeat: { silentSeconds: 1, startSeconds: 1 } }));
    supervisor.start(sh('free', 'exec sleep 60'));
    const free = pidOf('free');
    await until('the restart', () => restarts === 1);
    assert.deepEqual([exits[0]?.name, exits[0]?.signal, pidOf('free')], ['silent', 'SIGABRT', free]);
  });

  it('a process whose event loop turns but whose health is lost, or never answers, falls silent', async () => {
    const script = `
      import { startHeartbeat } from '@scanlink/protocol/lib/heartbeat';
      import { systemClock } from '@scanlink/protocol/lib/clock';
      let asked = 0;
      startHeartbeat(() => (asked += 1) < 2 || (process.argv[1] === 'lost' ? false : new Promise(() => {})), systemClock);
      setInterval(() => {}, 100);
      console.log('up', process.env.SCANLINK_HEARTBEAT_FD);`;
    const more = { cwd: import.meta.dirname, restart: 'always' as const, heartbeat: { silentSeconds: 1, startSeconds: 20 } };
    for (const name of ['lost', 'stuck']) supervisor.start({ name, command: process.execPath, args: ['--input-type=module', '-e', script, name], ...more });
    await until('both', () => lines.filter((each) => each.line === 'up undefined').length === 2);
    await until('both replaced', () => exits.filter((each) => !each.expected).length >= 2 && restarts >= 2);
    assert.deepEqual(exits.slice(0, 2).map((each) => each.name).toSorted(), ['lost', 'stuck']);
    assert.deepEqual(exits.slice(0, 2).map((each) => each.signal), ['SIGABRT', 'SIGABRT']);
  });

  it('does not wait for ever for what hangs in the kernel, and says so', async () => {
    const hurried = { ...systemClock, after: (delayMs: number, callback: () => void) => systemClock.after(delayMs / 50, callback) };
    const unit = new UnitProcess(sh('a', 'exit 0'), hurried, () => {}, () => true);
    const end: ProcessEnd = await unit.ended;
    assert.match(end.error ?? '', /left behind/);
  });

  it('close stops all, restarts nothing, and can be called again', async () => {
    for (const name of ['a', 'b', 'c']) supervisor.start(sh(name, `trap '' TERM; echo ${name}; while :; do sleep 60; done`));
    await until('all', () => said('a') && said('b') && said('c'));
    const pids = supervisor.status().map((each) => each.pid!);
    await Promise.all([supervisor.close(), supervisor.close()]);
    assert.deepEqual(pids.map(groupLives), [false, false, false]);
    assert.throws(() => supervisor.start(sh('d', 'true')), { code: 'CFG_INVALID' });
  });

  for (const signal of ['SIGINT', 'SIGTERM', 'SIGKILL'] as const) {
    it(`leaves no orphan when the supervisor gets ${signal}`, async () => {
      const script = fileURLToPath(new URL('supervised.ts', import.meta.url));
      const child = spawn(process.execPath, [script], { stdio: ['ignore', 'pipe', 'inherit'] });
      let text = '';
      child.stdout.on('data', (data: Buffer) => (text += data.toString()));
      const pid = Number(await until('the unit', () => /unit (\d+)/.exec(text)?.[1]));
      assert.equal(groupLives(pid), true);
      const ended = new Promise((resolve) => child.once('exit', resolve));
      child.kill(signal);
      await ended;
      await until('the end of the unit', () => !groupLives(pid));
    });
  }
});
