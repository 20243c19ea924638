import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { describeDrops } from '@scanlink/bench/check/count-drops';
import { say } from '../../../scripts/lib/table.ts';
import { arrange } from '../run/choose.ts';
import { runItems, STATE_DIR } from '../run/run-items.ts';
import type { StateRow } from '../run/state-file.ts';
import { record, type LongRun } from '../long-run.ts';
import { CONSOLES, drawSources, listCells, listSources, type Source } from './list-cells.ts';
import { runCell, type CellResult } from './run-cell.ts';

type CellRow = StateRow & CellResult & { readonly source: string; readonly timing: string };

/** The check over every source and timing, or the part of it that was asked for. */
export async function runMatrix(run: LongRun): Promise<void> {
  const { args, tally } = run;
  const cells = arrange(listCells(findSources(run)), args.seed, ({ key }) => key);
  run.say(`  ${cells.length} cells in all`);
  const found: CellRow[] = [];
  const done = runItems(run, {
    name: 'matrix', items: cells, most: args.sample, keyOf: ({ key }) => `${key}, ${args.seconds} s`,
    work: async (cell) => ({ source: cell.source, timing: cell.timing, ...await runCell(cell, args.seconds) }),
  });
  for await (const { item, number, row, recorded } of done) {
    found.push(row);
    tally.add(`${number} ${item.key}${recorded ? ' (recorded)' : ''}`, row.ok ? null : ['not ok', ...row.reasons, ...row.messages].join('\n'), describeRow(row));
  }
  await recordMatrix(run, found, cells.length);
}

function findSources({ rootDir, tally }: LongRun): Source[] {
  if (!existsSync(join(rootDir, CONSOLES))) tally.skip('check matrix: pictures of real consoles', `${CONSOLES} is not there`);
  const drawn = drawSources(join(rootDir, STATE_DIR, 'sources'));
  if (drawn === null) tally.skip('check matrix: PNG, JPEG and MP4', 'no FFmpeg on this machine to draw them');
  return [...listSources(rootDir), ...drawn ?? []];
}

function describeRow({ result, durationMs }: CellRow): string {
  const took = `(${(durationMs / 1000).toFixed(0)} s)`;
  if (!result) return took;
  return `${say(result.fps)} fps, delay ${say(result.delayMs.p50)}/${say(result.delayMs.p95, 'ms')}, ${say(result.psnrDb, 'dB')}, ${result.freezes} freezes ${took}`;
}

async function recordMatrix(run: LongRun, rows: readonly CellRow[], total: number): Promise<void> {
  const failed = rows.filter((row) => !row.ok).length;
  await record(run, 'check-matrix', {
    title: 'Check matrix',
    intro: 'Written by `./test --long --only matrix --record`. Each row is one `./run --check`: its source at its timing, hub, box and a headless Chromium on one machine.\nDelay: capture to presentation. Drops: frames that the box let go, by reason. PSS: media / firmware / hub. A cell is not ok for the reason in its last column.',
    part: `${rows.length} of ${total} cells, ${failed} not ok`,
    facts: [`Watched: ${run.args.seconds} s a cell`],
    rows: [
      ['source', 'timing', 'ok', 'fps', 'delay p50 ms', 'p95 ms', 'PSNR dB', 'freezes', 'drops', 'PSS MiB', 'reason'],
      ...rows.toSorted((a, b) => (a.key < b.key ? -1 : 1)).map(({ source, timing, ok, result, reasons }) => [
        source, timing, ok ? 'yes' : 'no', say(result?.fps), say(result?.delayMs.p50), say(result?.delayMs.p95), say(result?.psnrDb), say(result?.freezes, '', 0),
        result ? describeDrops(result.dropped) : '–',
        result ? `${say(result.pssMiB.media, '', 0)} / ${say(result.pssMiB.firmware, '', 0)} / ${say(result.pssMiB.hub, '', 0)}` : '–', reasons.join('; '),
      ]),
    ],
  });
}
