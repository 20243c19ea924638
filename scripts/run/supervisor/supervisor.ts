import type { HeartbeatLimits } from './heartbeat-watch.ts';

/**
 * Who starts and keeps the processes of a box or hub. Types and guarantees only: ProcessSupervisor starts them as
 * children (./run). On a box systemd shall be the one, by unit files that do not exist yet (image/).
 * Guarantees: a unit runs at most once; its whole process group is gone before it is started again or reported stopped;
 * after close() nothing of it is left. A process that even SIGKILL does not end (it hangs in the kernel) is waited for
 * 10 s, then said and left behind.
 */
export interface UnitSpec {
  /** Unique name, e.g. media. */
  readonly name: string;
  readonly command: string;
  /** Argument array; no shell is involved. Secrets travel in files, not here. */
  readonly args: readonly string[];
  /** Added to the supervisor's own environment. */
  readonly env?: Readonly<Record<string, string>>;
  readonly cwd?: string;
  /** always: whatever the exit; on-failure: exit code other than 0 or a signal; never. */
  readonly restart: 'always' | 'on-failure' | 'never';
  /**
   * The unit beats while it is healthy (protocol/src/lib/heartbeat.ts; systemd: WatchdogSec). One that is silent for
   * longer gets SIGABRT, after half a second SIGKILL, and counts as died. Absent: it is not watched.
   */
  readonly heartbeat?: HeartbeatLimits;
}

export type UnitState = 'stopped' | 'running' | 'waiting' | 'stopping';
export interface UnitStatus {
  readonly name: string;
  /** waiting: died, and a restart is due. */
  readonly state: UnitState;
  readonly pid: number | null;
  readonly restarts: number;
  readonly lastExit: UnitExit | null;
}
export interface UnitExit {
  readonly name: string;
  readonly pid: number | null;
  readonly code: number | null;
  readonly signal: string | null;
  /** True when stop(), restart() or close() asked for it. */
  readonly expected: boolean;
  /** Milliseconds until the restart; null when there will be none. */
  readonly restartInMs: number | null;
}
export interface UnitLine { readonly name: string; readonly stream: 'stdout' | 'stderr'; readonly line: string }

export interface SupervisorEvents {
  readonly onLine?: (line: UnitLine) => void;
  readonly onExit?: (exit: UnitExit) => void;
  /** A unit runs again after it died. */
  readonly onRestart?: (status: UnitStatus) => void;
}

export interface Supervisor {
  /**
   * Starts a unit; one that runs already is left alone.
   * @throws CFG_INVALID when another specification has this name while it runs.
   */
  start(unit: UnitSpec): void;
  /** SIGTERM, after 2 s SIGKILL, to the whole process group; resolves when it is gone. Unknown or stopped: nothing happens. */
  stop(name: string): Promise<void>;
  /** stop, then start with the same specification. @throws CFG_INVALID for an unknown name. */
  restart(name: string): Promise<void>;
  status(): readonly UnitStatus[];
  /** Stops all, in reverse order of their start, a quarter of a second apart at the most; idempotent. */
  close(): Promise<void>;
}
