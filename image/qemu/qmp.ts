import { createConnection, type Socket } from 'node:net';
import { createInterface } from 'node:readline';
import { within } from './within.ts';

/** A key or pointer event as QMP's input-send-event takes it. */
export type InputEvent =
  | { readonly type: 'abs'; readonly data: { readonly axis: 'x' | 'y'; readonly value: number } }
  | { readonly type: 'btn'; readonly data: { readonly button: string; readonly down: boolean } }
  | { readonly type: 'key'; readonly data: { readonly key: { readonly type: 'qcode'; readonly data: string }; readonly down: boolean } };

interface Waiting { resolve(value: unknown): void; reject(error: Error): void }

/** QEMU's machine protocol on a unix socket: commands one after the other, each with its deadline; events by name. */
export class Qmp {
  private readonly socket: Socket;
  private readonly waiting = new Map<string, Waiting>();
  private readonly eventWaiters = new Set<{ readonly name: string; resolve(data: unknown): void }>();
  private sequence = 0;
  private ended = false;

  /** @throws Error when nobody listens there, or no greeting comes. */
  static async connect(path: string, timeoutMs = 10_000): Promise<Qmp> {
    const socket = createConnection(path);
    await within(timeoutMs, `QMP at ${path}`, new Promise<void>((resolve, reject) => {
      socket.once('connect', () => resolve());
      socket.once('error', reject);
    }));
    const qmp = new Qmp(socket);
    await qmp.command('qmp_capabilities', {}, timeoutMs);
    return qmp;
  }

  private constructor(socket: Socket) {
    this.socket = socket;
    socket.on('error', () => socket.destroy());
    socket.on('close', () => this.end());
    // The interface tells its input's errors again; a socket that breaks is closed, and heard of there.
    createInterface({ input: socket }).on('line', (line) => this.take(line)).on('error', () => undefined);
  }

  /** @returns what `return` held. @throws Error with QEMU's words, or when it does not answer in time. */
  async command<Result>(execute: string, args: object = {}, timeoutMs = 15_000): Promise<Result> {
    if (this.ended) throw new Error(`QMP ${execute}: the connection is closed`);
    const id = String(this.sequence += 1);
    const answer = new Promise<unknown>((resolve, reject) => { this.waiting.set(id, { resolve, reject }); });
    this.socket.write(`${JSON.stringify({ execute, arguments: args, id })}\n`);
    try {
      return await within(timeoutMs, `QMP ${execute}`, answer) as Result;
    } finally {
      this.waiting.delete(id);
    }
  }

  /** A command of the human monitor, for what QMP lacks. @returns its words. @throws Error when it says anything but nothing and `quiet` is set. */
  async monitor(line: string, { timeoutMs = 60_000, quiet = false } = {}): Promise<string> {
    const said = (await this.command<string>('human-monitor-command', { 'command-line': line }, timeoutMs)).trim();
    if (quiet && said !== '') throw new Error(`QEMU, ${line}: ${said}`);
    return said;
  }

  /** Stores memory and disk under a name; the guest stands still meanwhile (some seconds). */
  async saveSnapshot(name: string): Promise<void> {
    await this.monitor(`savevm ${name}`, { timeoutMs: 120_000, quiet: true });
  }

  /** Back to what was stored: disk, memory, clocks of the guest. Its wall clock must be set afterwards. */
  async loadSnapshot(name: string): Promise<void> {
    await this.monitor(`loadvm ${name}`, { timeoutMs: 120_000, quiet: true });
  }

  /** Writes what the screen shows as PNG. */
  async screendump(file: string): Promise<void> {
    await this.command('screendump', { filename: file, format: 'png' }, 30_000);
  }

  async sendInput(events: readonly InputEvent[]): Promise<void> {
    await this.command('input-send-event', { events });
  }

  async reset(): Promise<void> {
    await this.command('system_reset');
  }

  /** The next event of this name. Ask before what causes it. */
  waitForEvent(name: string, timeoutMs: number): Promise<unknown> {
    let waiter: { readonly name: string; resolve(data: unknown): void } | undefined;
    const event = new Promise<unknown>((resolve) => {
      waiter = { name, resolve };
      this.eventWaiters.add(waiter);
    });
    return within(timeoutMs, `QEMU's event ${name}`, event).finally(() => { if (waiter) this.eventWaiters.delete(waiter); });
  }

  close(): void {
    this.socket.destroy();
  }

  private take(line: string): void {
    const message = JSON.parse(line) as { id?: string; return?: unknown; error?: { class: string; desc: string }; event?: string; data?: unknown };
    if (message.event !== undefined) {
      for (const waiter of [...this.eventWaiters].filter(({ name }) => name === message.event)) waiter.resolve(message.data);
      return;
    }
    const waiting = message.id === undefined ? undefined : this.waiting.get(message.id);
    if (message.error) waiting?.reject(new Error(`QEMU: ${message.error.desc}`));
    else waiting?.resolve(message.return);
  }

  private end(): void {
    this.ended = true;
    for (const waiting of this.waiting.values()) waiting.reject(new Error('QMP: the connection ended'));
    this.waiting.clear();
  }
}
