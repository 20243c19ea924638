import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { CheckResult } from '@scanlink/bench/check/result';
import { checkSystem } from '@scanlink/bench/check/check-system';
import { findFreePort } from '../../../scripts/lib/free-port.ts';
import { toAppError } from '@scanlink/protocol';
import { parseRunArguments } from '../../../scripts/run/arguments.ts';
import { createChain } from '../../support/chain.ts';
import type { Cell } from './list-cells.ts';

export interface CellResult {
  readonly ok: boolean;
  /** Null when the check ended with an error. */
  readonly result: CheckResult | null;
  /** Why it is not ok, or the error with its code. */
  readonly reasons: readonly string[];
  /** What hub and box warned of last, for whoever looks for the cause; empty when it is ok. */
  readonly messages: readonly string[];
}

/** Start, watching, stills and three joins take 15 s; a machine under load gets its time, one that hangs does not hold the sweep. */
const LIMIT_MS = 180_000;
const LAST_MESSAGES = 8;

/** `./run --check` of one cell, with a hub, a box and a Chromium of its own. Never throws. */
export async function runCell(cell: Cell, seconds: number): Promise<CellResult> {
  const dataDir = mkdtempSync(join(tmpdir(), 'sl-matrix-'));
  let chain: Awaited<ReturnType<typeof createChain>> | null = null;
  let limit: NodeJS.Timeout | undefined;
  const failed = (reason: string): CellResult => ({ ok: false, result: null, reasons: [reason], messages: chain?.messages.slice(-LAST_MESSAGES) ?? [] });
  try {
    const args = parseRunArguments(
      ['--check', '--source', cell.path, '--timing', cell.timing, '--seconds', String(seconds), '--data', dataDir, '--port', String(await findFreePort())], process.cwd(),
    );
    chain = await createChain(args);
    await chain.system.start();
    const tooLong = new Promise<null>((resolve) => { limit = setTimeout(() => resolve(null), LIMIT_MS); });
    const report = await Promise.race([checkSystem(chain.system, args), tooLong]);
    if (report === null) return failed(`no result within ${LIMIT_MS / 1000} s`);
    const { result, failures } = report;
    return { ok: result.ok, result, reasons: failures.map(({ en }) => en), messages: result.ok ? [] : chain.messages.slice(-LAST_MESSAGES) };
  } catch (thrown) {
    const error = toAppError(thrown);
    return failed(`${error.code}: ${error.message.split('\n', 1)[0] ?? ''}`);
  } finally {
    clearTimeout(limit);
    await chain?.close();
    rmSync(dataDir, { recursive: true, force: true });
  }
}
