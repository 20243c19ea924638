import { randomBytes, randomInt } from 'node:crypto';
import { createReadStream } from 'node:fs';
import { createConnection, type Socket } from 'node:net';
import { createInterface } from 'node:readline';
import { setTimeout as sleep } from 'node:timers/promises';
import { CHUNK_BYTES, type AgentEnd, type AgentPart, type AgentRequest, type ExecEnd, type HelloEnd } from './agent/messages.ts';
import type { Machine } from './machine.ts';
import { within } from './within.ts';

export interface ExecOptions { readonly cwd?: string; readonly env?: Readonly<Record<string, string>>; readonly stdin?: Buffer; readonly timeoutMs?: number; readonly onText?: (text: string) => void }
export interface ExecResult extends ExecEnd { readonly stdout: string; readonly stderr: string }
interface Pending { part(message: AgentPart): void; resolve(ok: object): void; reject(error: Error): void }

const EXEC_TIMEOUT_MS = 60_000;
const HELLO_EVERY_MS = 1000;
/** Above the guest's own deadline, which is the one that kills. */
const GRACE_MS = 15_000;

/** The agent in the guest, from outside: runs programs (argument arrays, no shell), moves files, sets the clock. */
export class Guest {
  /** Of the boot that answered. */
  readonly bootId: string;
  readonly kernel: string;
  private readonly line: AgentLine;
  private readonly machine: Machine;

  /** Waits until the agent answers. @throws Error with the console's end when it does not, or QEMU ends. */
  static async connect(machine: Machine, timeoutMs: number): Promise<Guest> {
    const line = await AgentLine.open(machine.files.agent);
    try {
      return new Guest(machine, line, await machine.whileAlive('the agent in the guest', timeoutMs, line.greet(timeoutMs)));
    } catch (error) {
      line.close();
      throw error;
    }
  }

  private constructor(machine: Machine, line: AgentLine, hello: HelloEnd) {
    this.machine = machine;
    this.line = line;
    this.bootId = hello.bootId;
    this.kernel = hello.kernel;
  }

  /** Runs a program to its end, whatever its exit code. @throws Error when it cannot be started, or runs past its deadline. */
  async run(argv: readonly string[], options: ExecOptions = {}): Promise<ExecResult> {
    return await this.start(argv, options).ended;
  }

  /** As run(). @returns its standard output. @throws Error with what it said when it ends with anything but 0. */
  async exec(argv: readonly string[], options: ExecOptions = {}): Promise<string> {
    const { code, signal, stdout, stderr } = await this.run(argv, options);
    if (code !== 0) throw new Error(`${argv.join(' ')} in the guest: ${signal ?? `exit ${code}`}\n${(stderr || stdout).slice(-2000)}`);
    return stdout;
  }

  /** Starts a program; kill() reaches all of its process group. */
  start(argv: readonly string[], options: ExecOptions = {}): { readonly ended: Promise<ExecResult>; kill(signal?: NodeJS.Signals): Promise<void> } {
    const { cwd, env, stdin, timeoutMs = EXEC_TIMEOUT_MS, onText } = options;
    const texts = { stdout: '', stderr: '' };
    const decoders = { stdout: new TextDecoder(), stderr: new TextDecoder() };
    const request: AgentRequest = { op: 'exec', argv, timeoutMs, ...(cwd === undefined ? {} : { cwd }), ...(env === undefined ? {} : { env }), ...(stdin === undefined ? {} : { stdin: stdin.toString('base64') }) };
    const { id, end } = this.line.ask(request, (part) => {
      const name = 'stdout' in part ? 'stdout' : 'stderr';
      const text = decoders[name].decode(Buffer.from('stdout' in part ? part.stdout : 'stderr' in part ? part.stderr : '', 'base64'), { stream: true });
      texts[name] += text;
      onText?.(text);
    });
    const ended = (async (): Promise<ExecResult> => {
      const result = { ...await this.machine.whileAlive(`${argv[0]} in the guest`, timeoutMs + GRACE_MS, end) as ExecEnd, ...texts };
      if (result.timedOut) throw new Error(`${argv.join(' ')} in the guest: not done within ${timeoutMs} ms\n${(texts.stderr + texts.stdout).slice(-2000)}`);
      return result;
    })();
    ended.catch(() => undefined);
    return { ended, kill: async (signal = 'SIGTERM') => { await this.line.ask({ op: 'kill', target: id, signal }).end; } };
  }

  /** Writes a file whole; its folder must be there. */
  async write(path: string, content: string | Buffer, mode = 0o644): Promise<void> {
    const bytes = Buffer.from(content as string);
    let append = false;
    for (let at = 0; at < bytes.length || !append; at += CHUNK_BYTES, append = true) await this.send({ op: 'write', path, mode, append, data: bytes.toString('base64', at, at + CHUNK_BYTES) }, `writing ${path}`);
  }

  /** Copies a file of the host. */
  async put(file: string, path: string, mode = 0o644): Promise<void> {
    let append = false;
    for await (const bytes of createReadStream(file, { highWaterMark: CHUNK_BYTES })) {
      await this.send({ op: 'write', path, mode, append, data: (bytes as Buffer).toString('base64') }, `writing ${path}`);
      append = true;
    }
    if (!append) await this.write(path, '', mode);
  }

  /** A file of the guest, whole. */
  async get(path: string): Promise<Buffer> {
    const parts: Buffer[] = [];
    await this.send({ op: 'read', path }, `reading ${path}`, (part) => { if ('data' in part) parts.push(Buffer.from(part.data, 'base64')); });
    return Buffer.concat(parts);
  }

  async read(path: string): Promise<string> {
    return (await this.get(path)).toString('utf8');
  }

  /** The host's wall clock for the guest: after a snapshot was loaded its own stands where it was stored, and tokens and TLS fail. */
  async setClock(): Promise<void> {
    await this.exec(['date', '--set', `@${(Date.now() / 1000).toFixed(3)}`]);
  }

  close(): void {
    this.line.close();
  }

  private async send(request: AgentRequest, what: string, part?: (message: AgentPart) => void): Promise<void> {
    await this.machine.whileAlive(`${what} in the guest`, EXEC_TIMEOUT_MS, this.line.ask(request, part).end);
  }
}

/** Requests and their answers on the agent's socket. */
class AgentLine {
  private readonly socket: Socket;
  private readonly pending = new Map<number, Pending>();
  /** Anywhere, so that an answer to an earlier connection is nobody's. */
  private sequence = randomInt(2 ** 40);

  static async open(path: string): Promise<AgentLine> {
    const socket = createConnection(path);
    await within(10_000, `the agent's socket ${path}`, new Promise<void>((resolve, reject) => {
      socket.once('connect', () => resolve());
      socket.once('error', reject);
    }));
    return new AgentLine(socket);
  }

  private constructor(socket: Socket) {
    this.socket = socket;
    socket.on('error', () => socket.destroy());
    socket.on('close', () => {
      for (const pending of this.pending.values()) pending.reject(new Error("the agent's connection ended"));
      this.pending.clear();
    });
    // The interface tells its input's errors again; a socket that breaks is closed, and heard of there.
    createInterface({ input: socket }).on('line', (text) => this.take(text)).on('error', () => undefined);
  }

  /** Says hello until the agent answers that very hello: before it runs, what is said goes nowhere. */
  async greet(timeoutMs: number): Promise<HelloEnd> {
    const deadline = performance.now() + timeoutMs;
    for (;;) {
      const nonce = randomBytes(8).toString('hex');
      // The empty line ends what a connection before this one left half said.
      this.socket.write('\n');
      const answer = await Promise.race([this.ask({ op: 'hello', nonce }).end as Promise<HelloEnd>, sleep(HELLO_EVERY_MS, null)]);
      if (answer?.nonce === nonce) return answer;
      if (performance.now() > deadline || this.socket.destroyed) throw new Error('the agent does not answer');
    }
  }

  /** end: what the agent said at last; rejects with its error. */
  ask(request: AgentRequest, part: (message: AgentPart) => void = () => undefined): { readonly id: number; readonly end: Promise<object> } {
    const id = (this.sequence += 1);
    const end = new Promise<object>((resolve, reject) => { this.pending.set(id, { part, resolve, reject }); });
    end.catch(() => undefined);
    this.socket.write(`${asciiJson({ id, ...request })}\n`);
    return { id, end };
  }

  close(): void {
    this.socket.destroy();
  }

  private take(text: string): void {
    let message: AgentPart | AgentEnd;
    try {
      message = JSON.parse(text) as AgentPart | AgentEnd;
    } catch {
      // The rest of a line from before this connection.
      return;
    }
    const pending = this.pending.get(message.id);
    if (!pending) return;
    if ('ok' in message || 'error' in message) {
      this.pending.delete(message.id);
      if ('ok' in message) pending.resolve(message.ok);
      else pending.reject(new Error(`the agent: ${message.error}`));
    } else pending.part(message);
  }
}

/** JSON in ASCII alone: the agent cuts lines from bytes. */
const asciiJson = (value: object): string => JSON.stringify(value).replaceAll(/[\u0080-\uffff]/g, (character) => `\\u${character.charCodeAt(0).toString(16).padStart(4, '0')}`);
