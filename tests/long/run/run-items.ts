import { join } from 'node:path';
import type { LongRun } from '../long-run.ts';
import { inShard } from './choose.ts';
import { StateFile, type StateRow } from './state-file.ts';

/** Where results are kept between runs, from the root; ignored by git. */
export const STATE_DIR = '.data/long';

/** Items of one long test, and what is done with each. */
export interface Items<Item, Result> {
  /** Of the state file. */
  readonly name: string;
  /** In their order; endless where `most` or `mostMs` ends them. */
  readonly items: Iterable<Item>;
  readonly keyOf: (item: Item) => string;
  /** How many at most; null: all. */
  readonly most: number | null;
  /** Ends it once what was given took as long, milliseconds; results that are known beyond it are still given. */
  readonly mostMs?: number | null;
  readonly work: (item: Item) => Promise<Result>;
}

export interface Done<Item, Result> {
  readonly item: Item;
  /** Counts from 1. */
  readonly number: number;
  readonly row: StateRow & Result;
  /** An earlier run of this tree found it. */
  readonly recorded: boolean;
}

/**
 * The items of this shard one after the other, each with its result: what an earlier run of this tree found, or what `work`
 * finds now and is kept as it comes. A sample and `--fresh` begin with nothing: a sample measures, whatever is known
 * already, and what it finds is not mixed with a sweep's.
 */
export async function* runItems<Item, Result extends object>({ rootDir, args, tree }: Pick<LongRun, 'rootDir' | 'args' | 'tree'>, { name, items, keyOf, most, mostMs = null, work }: Items<Item, Result>): AsyncGenerator<Done<Item, Result>> {
  type Row = StateRow & Result;
  const file = new StateFile<Row>(join(rootDir, STATE_DIR, `${name}.jsonl`), tree);
  if (args.fresh) file.forget();
  const rows = args.sample === null ? file.read() : new Map<string, Row>();
  let position = 0;
  let number = 0;
  let spentMs = 0;
  for (const item of items) {
    position += 1;
    if (!inShard(position - 1, args.shard)) continue;
    const key = keyOf(item);
    const known = rows.get(key);
    if (most !== null && number >= most) return;
    if (mostMs !== null && spentMs >= mostMs && !known) return;
    const startedMs = performance.now();
    const row = known ?? { ...await work(item), tree, key, atMs: Date.now(), durationMs: Math.round(performance.now() - startedMs) };
    if (!known && args.sample === null) file.append(row);
    number += 1;
    spentMs += row.durationMs;
    yield { item, number, row, recorded: known !== undefined };
  }
}
