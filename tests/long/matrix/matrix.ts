import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { say } from '../../../scripts/lib/table.ts';
import { choose } from '../run/choose.ts';
import type { StateRow } from '../run/state-file.ts';
import { openState, record, STATE_DIR, whatChainLacks, type LongRun } from '../long-run.ts';
import { CONSOLES, drawSources, listCells, listSources, type Source } from './list-cells.ts';
import { runCell, type CellResult } from './run-cell.ts';

type CellRow = StateRow & CellResult & { readonly source: string; readonly timing: string };

/** The check over every source and timing, or the part of it that was asked for. */
export async function runMatrix(run: LongRun): Promise<void> {
  const { args, tally, rootDir } = run;
  const lacking = whatChainLacks(rootDir);
  if (lacking !== null) {
    tally.skip('check matrix', lacking);
    return;
  }
  const cells = listCells(findSources(run));
  const chosen = choose(cells, args);
  run.say(`  ${chosen.length} of ${cells.length} cells`);
  const { rows, append } = openState<CellRow>(run, 'matrix');
  const found: CellRow[] = [];
  for (const [index, cell] of chosen.entries()) {
    const key = `${cell.key}, ${args.seconds} s`;
    const before = rows.get(key);
    const row = before ?? { tree: run.tree, key, atMs: Date.now(), source: cell.source, timing: cell.timing, ...await runCell(cell, args.seconds) };
    if (!before) append(row);
    found.push(row);
    tally.add(`${index + 1}/${chosen.length} ${cell.key}${before ? ' (recorded)' : ''}`, row.ok ? null : ['not ok', ...row.reasons, ...row.messages].join('\n'), describeRow(row));
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
      ...rows.toSorted((a, b) => (a.key < b.key ? -1 : 1)).map(({ source, timing, ok, result, dropped, reasons }) => [
        source, timing, ok ? 'yes' : 'no', say(result?.fps), say(result?.delayMs.p50), say(result?.delayMs.p95), say(result?.psnrDb), say(result?.freezes, '', 0),
        Object.entries(dropped).filter(([, count]) => count > 0).map(([reason, count]) => `${reason} ${count}`).join(', ') || '0',
        result ? `${say(result.pssMiB.media, '', 0)} / ${say(result.pssMiB.firmware, '', 0)} / ${say(result.pssMiB.hub, '', 0)}` : '–', reasons.join('; '),
      ]),
    ],
  });
}
