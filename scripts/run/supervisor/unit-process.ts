import { spawn, type ChildProcess } from 'node:child_process';
import { existsSync } from 'node:fs';
import { createInterface } from 'node:readline';
import type { Readable } from 'node:stream';
import type { Clock, Timer } from '@scanlink/protocol/lib/clock';
import { HEARTBEAT_FD_VARIABLE, HEARTBEAT_MS } from '@scanlink/protocol/lib/heartbeat';
import { HeartbeatWatch, type HeartbeatLimits } from './heartbeat-watch.ts';
import { groupLives, signalGroup } from './process-group.ts';
import type { UnitLine, UnitSpec } from './supervisor.ts';

const KILL_AFTER_MS = 2000;
/** A silent unit may die by its own hand first: SIGABRT leaves a core where the machine keeps them. */
const KILL_SILENT_AFTER_MS = 500;
/** After SIGKILL: a process that hangs in the kernel may never end. */
const GIVE_UP_AFTER_MS = 10_000;
const ASK_BEFORE_KILL_MS = 200;
const GROUP_POLL_MS = 20;
const HEARTBEAT_FD = 3;
const LEFT_BEHIND = 'does not end even when killed (it hangs in the kernel): left behind 强制终止后仍未退出（卡在内核中），不再等待';
const SETPRIV = '/usr/bin/setpriv';

export interface ProcessEnd { readonly code: number | null; readonly signal: string | null; readonly error: string | null }

/**
 * One run of a unit: a child process that leads a process group (and session) of its own, so that Ctrl-C in a terminal
 * reaches the supervisor alone, and whatever the child starts can be ended with it. Where setpriv (util-linux) is
 * there, the kernel also ends the child when the supervisor dies by SIGKILL.
 */
export class UnitProcess {
  /** Resolves once, when the whole group is gone. Never rejects: a command that can't be started ends with `error`. */
  readonly ended: Promise<ProcessEnd>;
  readonly pid: number | null;
  private readonly clock: Clock;
  private readonly child: ChildProcess;
  private readonly lives: (groupId: number) => boolean;
  private readonly timers: Timer[] = [];
  private readonly givenUp = Promise.withResolvers<ProcessEnd>();
  private stopping = false;
  private killed = false;
  private gone = false;

  /** @param lives whether anything of a process group lives. */
  constructor(unit: UnitSpec, clock: Clock, onLine: (line: UnitLine) => void, lives = groupLives) {
    this.clock = clock;
    this.lives = lives;
    const [command, args] = existsSync(SETPRIV)
      ? [SETPRIV, ['--pdeathsig', 'TERM', '--', unit.command, ...unit.args]]
      : [unit.command, [...unit.args]];
    this.child = spawn(command, args, {
      detached: true, stdio: ['ignore', 'pipe', 'pipe', unit.heartbeat ? 'pipe' : 'ignore'],
      env: { ...process.env, ...unit.env, [HEARTBEAT_FD_VARIABLE]: unit.heartbeat ? String(HEARTBEAT_FD) : undefined },
      ...(unit.cwd === undefined ? {} : { cwd: unit.cwd }),
    });
    this.pid = this.child.pid ?? null;
    for (const stream of ['stdout', 'stderr'] as const) {
      createInterface({ input: this.child[stream]!, crlfDelay: Infinity }).on('line', (line) => onLine({ name: unit.name, stream, line }));
    }
    if (unit.heartbeat) this.watchHeartbeat(unit.heartbeat, (line) => onLine({ name: unit.name, stream: 'stderr', line }));
    this.ended = this.watch();
  }

  /** SIGTERM now, SIGKILL to what is left after 2 s; idempotent. */
  stop(): void {
    if (this.gone || this.stopping || this.pid === null) return;
    this.stopping = true;
    signalGroup(this.pid, 'SIGTERM');
    this.timers.push(this.clock.after(KILL_AFTER_MS, () => this.kill()));
  }

  /** SIGKILL to the group, synchronously: for the last moment of the supervisor's own life. */
  kill(): void {
    if (this.gone || this.pid === null) return;
    signalGroup(this.pid, 'SIGKILL');
    if (this.killed) return;
    this.killed = true;
    this.timers.push(this.clock.after(GIVE_UP_AFTER_MS, () => this.givenUp.resolve({ code: null, signal: 'SIGKILL', error: LEFT_BEHIND })));
  }

  private watchHeartbeat(limits: HeartbeatLimits, say: (line: string) => void): void {
    const watch = new HeartbeatWatch(limits);
    const pipe = this.child.stdio[HEARTBEAT_FD] as Readable | null;
    pipe?.on('data', () => watch.beat());
    pipe?.on('error', () => {});
    const looking = this.clock.every(HEARTBEAT_MS, () => {
      const silentSeconds = watch.tick();
      if (silentSeconds === null || this.pid === null || this.stopping) return;
      looking.cancel();
      say(`no sign of life for ${silentSeconds} s, ended 已 ${silentSeconds} 秒无响应，予以终止`);
      signalGroup(this.pid, 'SIGABRT');
      this.timers.push(this.clock.after(KILL_SILENT_AFTER_MS, () => this.kill()));
    });
    this.timers.push(looking);
  }

  private async watch(): Promise<ProcessEnd> {
    const ended = new Promise<ProcessEnd>((resolve) => {
      this.child.once('error', (error) => {
        if (this.child.pid === undefined) resolve({ code: null, signal: null, error: error.message });
      });
      // `exit`, not `close`: a grandchild may hold the pipes open.
      this.child.once('exit', (code, signal) => resolve({ code, signal, error: null }));
    });
    const end = await Promise.race([this.leave(ended), this.givenUp.promise]);
    this.gone = true;
    for (const timer of this.timers) timer.cancel();
    return end;
  }

  /** The leader's end, once the rest of its group is gone too. */
  private async leave(ended: Promise<ProcessEnd>): Promise<ProcessEnd> {
    const end = await ended;
    if (this.pid !== null) await this.clearGroup(this.pid);
    return end;
  }

  /** What the leader left behind is ended too: asked first, killed after 200 ms. */
  private async clearGroup(groupId: number): Promise<void> {
    if (!this.lives(groupId)) return;
    signalGroup(groupId, 'SIGTERM');
    for (let waitedMs = 0; !this.gone && this.lives(groupId); waitedMs += GROUP_POLL_MS) {
      if (waitedMs >= ASK_BEFORE_KILL_MS) this.kill();
      await new Promise<void>((resolve) => this.clock.after(GROUP_POLL_MS, resolve));
    }
  }
}
