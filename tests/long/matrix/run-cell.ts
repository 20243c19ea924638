import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { listFailures, type CheckResult } from '@scanlink/bench/check/result';
import { findFreePort } from '../../../scripts/lib/free-port.ts';
import { AppError, toAppError } from '@scanlink/protocol';
import { parseRunArguments } from '../../../scripts/run/arguments.ts';
import { runCheckOnSystem } from '@scanlink/bench/check/check-system';
import { createChain } from '../../support/chain.ts';
import type { Cell } from './list-cells.ts';

export interface CellResult {
  readonly ok: boolean;
  /** Null when the check ended with an error. */
  readonly result: CheckResult | null;
  /** Frames that box and publisher dropped, by reason. */
  readonly dropped: Readonly<Record<string, number>>;
  /** Why it is not ok, or the error with its code. */
  readonly reasons: readonly string[];
  /** What hub and box warned of last, for whoever looks for the cause; empty when it is ok. */
  readonly messages: readonly string[];
  readonly durationMs: number;
}

/** Start, watching, stills and three joins take 15 s; a machine under load gets its time, one that hangs does not hold the sweep. */
const LIMIT_MS = 180_000;
const LAST_MESSAGES = 8;

/** `./run --check --json` of one cell, with a hub, a box and a Chromium of its own. Never throws. */
export async function runCell(cell: Cell, seconds: number): Promise<CellResult> {
  const startedMs = performance.now();
  const dataDir = mkdtempSync(join(tmpdir(), 'sl-matrix-'));
  const durationMs = (): number => Math.round(performance.now() - startedMs);
  let chain: Awaited<ReturnType<typeof createChain>> | null = null;
  let limit: NodeJS.Timeout | undefined;
  try {
    const args = parseRunArguments(
      ['--check', '--json', '--source', cell.path, '--timing', cell.timing, '--seconds', String(seconds), '--data', dataDir, '--port', String(await findFreePort())], process.cwd(),
    );
    chain = await createChain(args);
    await chain.system.start();
    const said: string[] = [];
    const tooLong = new Promise<never>((_, reject) => { limit = setTimeout(() => reject(new AppError('DEV_TIMEOUT', { timeoutMs: LIMIT_MS })), LIMIT_MS); });
    await Promise.race([runCheckOnSystem(chain.system, args, (text) => said.push(text)), tooLong]);
    const result = JSON.parse(said.at(-1) ?? '') as CheckResult;
    const status = await chain.system.status();
    const dropped = result.dropped;
    const reasons = result.ok ? [] : listFailures(result, status?.session?.state === 'live').map(({ en }) => en);
    return { ok: result.ok, result, dropped, reasons, messages: result.ok ? [] : chain.messages.slice(-LAST_MESSAGES), durationMs: durationMs() };
  } catch (thrown) {
    const error = toAppError(thrown);
    return { ok: false, result: null, dropped: {}, reasons: [`${error.code}: ${error.message.split('\n', 1)[0] ?? ''}`], messages: chain?.messages.slice(-LAST_MESSAGES) ?? [], durationMs: durationMs() };
  } finally {
    clearTimeout(limit);
    await chain?.close();
    rmSync(dataDir, { recursive: true, force: true });
  }
}
