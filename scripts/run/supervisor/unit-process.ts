import { spawn, type ChildProcess } from 'node:child_process';
import { existsSync } from 'node:fs';
import { createInterface } from 'node:readline';
import type { Clock, Timer } from '@scanlink/protocol/lib/clock';
import { groupLives, signalGroup } from './process-group.ts';
import type { UnitLine, UnitSpec } from './supervisor.ts';

const KILL_AFTER_MS = 2000;
const GROUP_POLL_MS = 20;
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
  private killTimer: Timer | null = null;
  private gone = false;

  constructor(unit: UnitSpec, clock: Clock, onLine: (line: UnitLine) => void) {
    this.clock = clock;
    const [command, args] = existsSync(SETPRIV)
      ? [SETPRIV, ['--pdeathsig', 'TERM', '--', unit.command, ...unit.args]]
      : [unit.command, [...unit.args]];
    this.child = spawn(command, args, {
      detached: true, stdio: ['ignore', 'pipe', 'pipe'], env: { ...process.env, ...unit.env },
      ...(unit.cwd === undefined ? {} : { cwd: unit.cwd }),
    });
    this.pid = this.child.pid ?? null;
    for (const stream of ['stdout', 'stderr'] as const) {
      createInterface({ input: this.child[stream]!, crlfDelay: Infinity }).on('line', (line) => onLine({ name: unit.name, stream, line }));
    }
    this.ended = this.watch();
  }

  /** SIGTERM now, SIGKILL to what is left after 2 s; idempotent. */
  stop(): void {
    if (this.gone || this.killTimer || this.pid === null) return;
    signalGroup(this.pid, 'SIGTERM');
    this.killTimer = this.clock.after(KILL_AFTER_MS, () => this.kill());
  }

  /** SIGKILL to the group, synchronously: for the last moment of the supervisor's own life. */
  kill(): void {
    if (!this.gone && this.pid !== null) signalGroup(this.pid, 'SIGKILL');
  }

  private async watch(): Promise<ProcessEnd> {
    const end = await new Promise<ProcessEnd>((resolve) => {
      this.child.once('error', (error) => {
        if (this.child.pid === undefined) resolve({ code: null, signal: null, error: error.message });
      });
      // `exit`, not `close`: a grandchild may hold the pipes open.
      this.child.once('exit', (code, signal) => resolve({ code, signal, error: null }));
    });
    if (this.pid !== null) await this.clearGroup(this.pid);
    this.gone = true;
    this.killTimer?.cancel();
    return end;
  }

  /** What the leader left behind is ended too: asked first, killed after 200 ms. */
  private async clearGroup(groupId: number): Promise<void> {
    if (!groupLives(groupId)) return;
    signalGroup(groupId, 'SIGTERM');
    for (let waitedMs = 0; groupLives(groupId); waitedMs += GROUP_POLL_MS) {
      if (waitedMs >= 200) signalGroup(groupId, 'SIGKILL');
      await new Promise<void>((resolve) => this.clock.after(GROUP_POLL_MS, resolve));
    }
  }
}
