import { renderMarkdownTable } from '../../../scripts/lib/table.ts';
import type { Shard } from './choose.ts';

/** A table of docs/runs/. */
export interface RunRecord {
  readonly title: string;
  /** How to read it. */
  readonly intro: string;
  /** Which part of the whole the table holds. */
  readonly covers: string;
  /** describeMachineLine. */
  readonly machine: string;
  readonly note: string;
  /** Further facts, a line each. */
  readonly facts: readonly string[];
  /** The first row is the head. */
  readonly rows: readonly (readonly string[])[];
}

/** The whole file; a record replaces the one before. */
export function renderRecord({ title, intro, covers, machine, note, facts, rows }: RunRecord): string {
  const lines = [`Covers: ${covers}`, `Machine: ${machine}`, ...(note === '' ? [] : [`Note: ${note}`]), ...facts];
  return `# ${title}\n\n${intro}\n\n${lines.map((line) => `- ${line}`).join('\n')}\n\n${renderMarkdownTable(rows)}\n`;
}

/** Which part of a whole was asked for, in words. */
export function describeChoice({ seed, shard, sample }: { readonly seed: number; readonly shard: Shard; readonly sample: number | null }): string {
  return [`seed ${seed}`, ...(shard.count === 1 ? [] : [`shard ${shard.index}/${shard.count}`]), ...(sample === null ? [] : [`sample ${sample}`])].join(', ');
}
