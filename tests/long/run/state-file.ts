import { appendFileSync, existsSync, mkdirSync, readFileSync, rmSync } from 'node:fs';
import { dirname } from 'node:path';

/** What every row tells beside its own result. */
export interface StateRow {
  /** The tree that was tested (describeTree). */
  readonly tree: string;
  /** What was tested; the newest row of a key counts. */
  readonly key: string;
  /** Unix milliseconds. */
  readonly atMs: number;
  /** How long it took, milliseconds. */
  readonly durationMs: number;
}

/** Results as JSON lines, one appended as each comes, so that an interrupted run loses the one under way and no other. */
export class StateFile<Row extends StateRow> {
  private readonly path: string;
  private readonly tree: string;

  constructor(path: string, tree: string) {
    this.path = path;
    this.tree = tree;
    mkdirSync(dirname(path), { recursive: true });
  }

  /** Newest row of each key on this tree, in the order of their keys' first appearance. */
  read(): Map<string, Row> {
    const rows = new Map<string, Row>();
    if (!existsSync(this.path)) return rows;
    for (const row of parseRows<Row>(readFileSync(this.path, 'utf8'))) if (row.tree === this.tree) rows.set(row.key, row);
    return rows;
  }

  append(row: Row): void {
    // A line that was cut short before must not swallow this one.
    appendFileSync(this.path, `${endsInside(this.path) ? '\n' : ''}${JSON.stringify(row)}\n`);
  }

  forget(): void {
    rmSync(this.path, { force: true });
  }
}

/** Rows of a state file; a line that was cut short, or is none, is passed over. */
export function parseRows<Row extends StateRow>(text: string): Row[] {
  const rows: Row[] = [];
  for (const line of text.split('\n')) {
    try {
      const row = JSON.parse(line) as Row | null;
      if (typeof row?.key === 'string' && typeof row.tree === 'string') rows.push(row);
    } catch {
      // cut short by the interruption: that item is run again
    }
  }
  return rows;
}

function endsInside(path: string): boolean {
  return existsSync(path) && !/(^|\n)$/.test(readFileSync(path, 'utf8'));
}
