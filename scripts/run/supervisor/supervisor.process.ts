import { AppError } from '@scanlink/protocol';
import { sleep, systemClock, type Clock, type Timer } from '@scanlink/protocol/lib/clock';
import { nextBackOff, NO_FAILURES, type BackOff } from './back-off.ts';
import type { Supervisor, SupervisorEvents, UnitExit, UnitSpec, UnitState, UnitStatus } from './supervisor.ts';
import { UnitProcess, type ProcessEnd } from './unit-process.ts';

const HEAD_START_MS = 250;

interface Entry {
  readonly spec: UnitSpec;
  run: UnitProcess | null;
  state: UnitState;
  startedMs: number;
  restarts: number;
  backOff: BackOff;
  timer: Timer | null;
  lastExit: UnitExit | null;
}

/** The supervisor of ./run: units are child processes. What it promises stands in supervisor.ts. */
export class ProcessSupervisor implements Supervisor {
  private readonly entries = new Map<string, Entry>();
  private readonly events: SupervisorEvents;
  private readonly clock: Clock;
  private closing: Promise<void> | null = null;
  private readonly killAll = (): void => {
    for (const entry of this.entries.values()) entry.run?.kill();
  };

  constructor(events: SupervisorEvents = {}, clock: Clock = systemClock) {
    this.events = events;
    this.clock = clock;
    // The last resort, e.g. after process.exit() somewhere: a synchronous SIGKILL, so that nothing is orphaned.
    process.on('exit', this.killAll);
  }

  start(unit: UnitSpec): void {
    if (this.closing) throw new AppError('CFG_INVALID', { key: unit.name, detail: 'supervisor is closed' });
    const known = this.entries.get(unit.name);
    if (known && known.state !== 'stopped') {
      if (JSON.stringify(known.spec) !== JSON.stringify(unit)) throw new AppError('CFG_INVALID', { key: unit.name, detail: 'a unit of this name runs already' });
      return;
    }
    // A unit that is started anew goes to the end of the order in which close() works backwards.
    this.entries.delete(unit.name);
    const entry: Entry = { spec: unit, run: null, state: 'stopped', startedMs: 0, restarts: known?.restarts ?? 0, backOff: NO_FAILURES, timer: null, lastExit: known?.lastExit ?? null };
    this.entries.set(unit.name, entry);
    this.launch(entry);
  }

  async stop(name: string): Promise<void> {
    const entry = this.entries.get(name);
    if (!entry || entry.state === 'stopped') return;
    entry.timer?.cancel();
    if (!entry.run) {
      entry.state = 'stopped';
      return;
    }
    entry.state = 'stopping';
    entry.run.stop();
    await entry.run.ended;
  }

  async restart(name: string): Promise<void> {
    const entry = this.entries.get(name);
    if (!entry) throw new AppError('CFG_INVALID', { key: name, detail: 'no such unit' });
    await this.stop(name);
    entry.restarts += 1;
    this.start(entry.spec);
  }

  status(): readonly UnitStatus[] {
    return [...this.entries.values()].map(toStatus);
  }

  close(): Promise<void> {
    this.closing ??= this.stopAll();
    return this.closing;
  }

  /** In reverse order of start, each with a head start on the next: a slow one must not add its 2 s to the others'. */
  private async stopAll(): Promise<void> {
    const stops: Promise<void>[] = [];
    for (const name of [...this.entries.keys()].toReversed()) {
      const stopping = this.stop(name);
      stops.push(stopping);
      await Promise.race([stopping, sleep(this.clock, HEAD_START_MS)]);
    }
    await Promise.all(stops);
    process.off('exit', this.killAll);
  }

  private launch(entry: Entry): void {
    entry.timer = null;
    entry.startedMs = this.clock.monotonicMs();
    entry.state = 'running';
    const run = new UnitProcess(entry.spec, this.clock, (line) => this.events.onLine?.(line));
    entry.run = run;
    void run.ended.then((end) => this.onEnd(entry, run, end));
  }

  private onEnd(entry: Entry, run: UnitProcess, end: ProcessEnd): void {
    const expected = entry.state === 'stopping';
    const failed = end.code !== 0;
    const again = !expected && !this.closing && (entry.spec.restart === 'always' || (entry.spec.restart === 'on-failure' && failed));
    const next = nextBackOff(entry.backOff, this.clock.monotonicMs() - entry.startedMs);
    entry.run = null;
    entry.state = again ? 'waiting' : 'stopped';
    entry.lastExit = { name: entry.spec.name, pid: run.pid, code: end.code, signal: end.signal, expected, restartInMs: again ? next.delayMs : null };
    if (end.error) this.events.onLine?.({ name: entry.spec.name, stream: 'stderr', line: end.error });
    if (again) {
      entry.backOff = next.state;
      entry.timer = this.clock.after(next.delayMs, () => {
        entry.restarts += 1;
        this.launch(entry);
        this.events.onRestart?.(toStatus(entry));
      });
    }
    this.events.onExit?.(entry.lastExit);
  }
}

function toStatus(entry: Entry): UnitStatus {
  return { name: entry.spec.name, state: entry.state, pid: entry.run?.pid ?? null, restarts: entry.restarts, lastExit: entry.lastExit };
}
