import { join } from 'node:path';
import { LogFile } from './log-file.ts';
import type { UnitLine } from './supervisor/supervisor.ts';
import { droppingLine } from './words.ts';

const WARNING_LEVEL = 40;
/** Room for a stack trace; a longer line is cut. */
const MAX_LINE_CHARACTERS = 16_384;

/** Keeps each unit's lines in `logDir/<unit>.log` (before that `.log.1`, `.log.2`) and passes warnings on for people. */
export class UnitLogs {
  private readonly logDir: string;
  private readonly tell: (text: string) => void;
  private readonly files = new Map<string, LogFile>();

  constructor(logDir: string, tell: (text: string) => void) {
    this.logDir = logDir;
    this.tell = tell;
  }

  write({ name, stream, line: whole }: UnitLine): void {
    const line = whole.length > MAX_LINE_CHARACTERS ? `${whole.slice(0, MAX_LINE_CHARACTERS)} … (cut)` : whole;
    this.fileOf(name).write(line);
    const record = parseRecord(line);
    if (record && record.level >= WARNING_LEVEL) this.tell(`[${name}] ${record.msg}${record.code ? ` (${record.code})` : ''}`);
    else if (!record && stream === 'stderr' && line.trim() !== '') this.tell(`[${name}] ${line}`);
  }

  async close(): Promise<void> {
    await Promise.all([...this.files.values()].map((file) => file.close()));
  }

  private fileOf(name: string): LogFile {
    let file = this.files.get(name);
    if (!file) {
      file = new LogFile(join(this.logDir, `${name}.log`), (reason) => this.tell(droppingLine(name, reason)));
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
