import { createWriteStream, existsSync, renameSync, type WriteStream } from 'node:fs';
import { join } from 'node:path';
import type { UnitLine } from './supervisor/supervisor.ts';

const WARNING_LEVEL = 40;

/** Keeps each unit's lines in `logDir/<unit>.log` (the run before stays as `.log.1`) and passes warnings on for people. */
export class UnitLogs {
  private readonly logDir: string;
  private readonly tell: (text: string) => void;
  private readonly files = new Map<string, WriteStream>();

  constructor(logDir: string, tell: (text: string) => void) {
    this.logDir = logDir;
    this.tell = tell;
  }

  write({ name, stream, line }: UnitLine): void {
    this.fileOf(name).write(`${line}\n`);
    const record = parseRecord(line);
    if (record && record.level >= WARNING_LEVEL) this.tell(`[${name}] ${record.msg}${record.code ? ` (${record.code})` : ''}`);
    else if (!record && stream === 'stderr' && line.trim() !== '') this.tell(`[${name}] ${line}`);
  }

  async close(): Promise<void> {
    await Promise.all([...this.files.values()].map((file) => new Promise<void>((resolve) => { file.end(resolve); })));
  }

  private fileOf(name: string): WriteStream {
    let file = this.files.get(name);
    if (!file) {
      const path = join(this.logDir, `${name}.log`);
      if (existsSync(path)) renameSync(path, `${path}.1`);
      file = createWriteStream(path, { flags: 'w', mode: 0o600 });
      this.files.set(name, file);
    }
    return file;
  }
}

function parseRecord(line: string): { level: number; msg: string; code?: string } | null {
  if (!line.startsWith('{')) return null;
  try {
    const record = JSON.parse(line) as { level?: unknown; msg?: unknown; code?: unknown; err?: { code?: unknown } };
    if (typeof record.level !== 'number') return null;
    const code = record.code ?? record.err?.code;
    return { level: record.level, msg: typeof record.msg === 'string' ? record.msg : '', ...(typeof code === 'string' ? { code } : {}) };
  } catch {
    return null;
  }
}
