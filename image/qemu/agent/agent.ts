// The tests' way into the guest, on a virtio console port: no listener, no shell between. Part of the test image alone.
// Its messages: messages.ts (types only, so that this file runs by itself with node).
import { spawn, type ChildProcess } from 'node:child_process';
import { open, readFile, type FileHandle } from 'node:fs/promises';
import { setTimeout as sleep } from 'node:timers/promises';
import type { AgentRequest } from './messages.ts';

type Numbered = AgentRequest & { readonly id: number };
type Exec = Extract<AgentRequest, { op: 'exec' }>;

const PORT = process.argv[2] ?? '/dev/virtio-ports/org.scanlink.test';
const READ_BYTES = 256 * 1024;
const CHUNK_BYTES = 48 * 1024;
/** While nobody is connected at the host's end, reading gives nothing at once. */
const IDLE_MS = 50;

class Agent {
  private readonly port: FileHandle;
  private readonly running = new Map<number, ChildProcess>();
  private writing: Promise<void> = Promise.resolve();

  constructor(port: FileHandle) {
    this.port = port;
  }

  /** Serves until the port fails. */
  async serve(): Promise<void> {
    const buffer = Buffer.alloc(READ_BYTES);
    let rest = '';
    for (;;) {
      // latin1: lines are ASCII (JSON with escapes), and a character is never cut in two.
      const { bytesRead } = await this.port.read(buffer, 0, READ_BYTES, null);
      if (bytesRead === 0) {
        rest = '';
        await sleep(IDLE_MS);
        continue;
      }
      const lines = (rest + buffer.toString('latin1', 0, bytesRead)).split('\n');
      rest = lines.pop() ?? '';
      for (const line of lines.filter((each) => each.trim() !== '')) void this.take(line);
    }
  }

  private async take(line: string): Promise<void> {
    let request: Numbered;
    try {
      request = JSON.parse(line) as Numbered;
    } catch {
      return;
    }
    const { id } = request;
    try {
      await this.send({ id, ok: await this.answer(request) });
    } catch (error) {
      await this.send({ id, error: error instanceof Error ? error.message : String(error) });
    }
  }

  private async answer(request: Numbered): Promise<object> {
    switch (request.op) {
      case 'hello': {
        for (const child of this.running.values()) killGroup(child, 'SIGKILL');
        return { nonce: request.nonce, bootId: (await readFile('/proc/sys/kernel/random/boot_id', 'utf8')).trim(), kernel: (await readFile('/proc/sys/kernel/osrelease', 'utf8')).trim() };
      }
      case 'exec': return await this.exec(request.id, request);
      case 'kill': {
        const child = this.running.get(request.target);
        if (child) killGroup(child, request.signal);
        return {};
      }
      case 'write': {
        const file = await open(request.path, request.append ? 'a' : 'w', request.mode);
        try {
          await file.writeFile(Buffer.from(request.data, 'base64'));
          if (!request.append) await file.chmod(request.mode).catch(() => undefined);
        } finally {
          await file.close();
        }
        return {};
      }
      case 'read': {
        const file = await open(request.path, 'r');
        try {
          const chunk = Buffer.alloc(CHUNK_BYTES);
          for (;;) {
            const { bytesRead } = await file.read(chunk, 0, CHUNK_BYTES, null);
            if (bytesRead === 0) return {};
            await this.send({ id: request.id, data: chunk.toString('base64', 0, bytesRead) });
          }
        } finally {
          await file.close();
        }
      }
      default: throw new Error('unknown op');
    }
  }

  private async exec(id: number, { argv, cwd, env, stdin, timeoutMs }: Exec): Promise<object> {
    const [program, ...args] = argv;
    if (program === undefined) throw new Error('exec: no program');
    const child = spawn(program, args, { cwd: cwd ?? '/', env: { ...process.env, ...env }, detached: true, stdio: ['pipe', 'pipe', 'pipe'] });
    const ended = new Promise<{ code: number | null; signal: string | null }>((resolve, reject) => {
      child.once('error', reject);
      child.once('close', (code, signal) => resolve({ code, signal }));
    });
    ended.catch(() => undefined);
    this.running.set(id, child);
    let timedOut = false;
    const timer = setTimeout(() => {
      timedOut = true;
      killGroup(child, 'SIGKILL');
    }, timeoutMs);
    try {
      child.stdin.on('error', () => undefined);
      child.stdin.end(Buffer.from(stdin ?? '', 'base64'));
      // A full pipe to the host holds the program up, as a pipe does.
      await Promise.all([
        (async () => { for await (const bytes of child.stdout) await this.sendBytes(id, 'stdout', bytes as Buffer); })(),
        (async () => { for await (const bytes of child.stderr) await this.sendBytes(id, 'stderr', bytes as Buffer); })(),
      ]);
      return { ...await ended, timedOut };
    } finally {
      clearTimeout(timer);
      this.running.delete(id);
    }
  }

  private async sendBytes(id: number, name: 'stdout' | 'stderr', bytes: Buffer): Promise<void> {
    for (let at = 0; at < bytes.length; at += CHUNK_BYTES) await this.send({ id, [name]: bytes.toString('base64', at, Math.min(at + CHUNK_BYTES, bytes.length)) });
  }

  private async send(message: object): Promise<void> {
    const bytes = Buffer.from(`${JSON.stringify(message)}\n`);
    this.writing = this.writing.then(async () => {
      for (let at = 0; at < bytes.length;) at += (await this.port.write(bytes, at, bytes.length - at, null)).bytesWritten;
    });
    await this.writing;
  }
}

function killGroup(child: ChildProcess, signal: NodeJS.Signals): void {
  try {
    if (child.pid !== undefined) process.kill(-child.pid, signal);
  } catch {
    // It is gone.
  }
}

await new Agent(await open(PORT, 'r+')).serve();
