import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { AppError, BoxStatusSchema, DevicesResultSchema, EmptySchema, LinkListSchema, LinkResultSchema, SessionViewSchema, StillResultSchema, toAppError, type Language, type SessionView } from '@scanlink/protocol';
import type { TSchema } from 'typebox';
import { readConfig } from '../config/config.ts';
import { findPlaces } from '@scanlink/protocol/lib/places';
import { connectRpc } from '@scanlink/protocol/rpc/rpc-client';
import { parseInvocation, type Command } from './arguments.ts';
import { renderResult } from './render.ts';
import { chooseLanguage, helpText } from './texts.ts';

/** Exit codes, as --help says them. */
export const EXIT = { done: 0, refused: 1, usage: 2, notRunning: 3, timeout: 4 } as const;

export interface CliOptions {
  readonly argv: readonly string[];
  readonly env: Readonly<Record<string, string | undefined>>;
  readonly stdout: (text: string) => void;
  readonly stderr: (text: string) => void;
  readonly timeoutMs?: number;
}

/** One command from words to exit code. Never throws. */
export async function runCli({ argv, env, stdout, stderr, timeoutMs = 10_000 }: CliOptions): Promise<number> {
  // Known even when the rest of the command can't be understood.
  const json = argv.includes('--json');
  const language = chooseLanguage(argv[argv.indexOf('--lang') + 1 || argv.length], env);
  try {
    const invocation = parseInvocation(argv);
    if (!invocation.command) {
      stdout(helpText(language));
      return EXIT.done;
    }
    const result = await ask(invocation.command, invocation.dataDir ?? findPlaces().dataDir, timeoutMs);
    stdout(json ? `${JSON.stringify(result)}\n` : `${renderResult(invocation.command.method, result, language, Date.now())}\n`);
    return EXIT.done;
  } catch (thrown) {
    return report(toAppError(thrown), json, language, stdout, stderr);
  }
}

async function ask(command: Command, dataDir: string, timeoutMs: number): Promise<unknown> {
  const { runDir } = readRunDir(dataDir);
  const { peer } = await connectRpc({ path: join(runDir, 'control.sock'), client: 'scanlink', timeoutMs }).catch((error: unknown) => {
    const failure = toAppError(error);
    throw failure.code === 'STR_RPC_CLOSED' ? new AppError('STR_BOX_DOWN', { detail: join(runDir, 'control.sock') }) : failure;
  });
  try {
    const result = await peer.request(command.method, command.params, resultSchema(command.method), { timeoutMs });
    if (command.method !== 'session.start') return result;
    // The session runs, with a link or without one.
    const link = await peer.request('session.link', {}, LinkResultSchema, { timeoutMs }).catch(() => null);
    return { ...(result as SessionView), link };
  } finally {
    peer.drop(new AppError('STR_RPC_CLOSED'));
  }
}

function readRunDir(dataDir: string): { readonly runDir: string } {
  const path = join(dataDir, 'box', 'config.json');
  // Nothing was ever started here: that is "not running", not a broken configuration.
  if (!existsSync(path)) throw new AppError('STR_BOX_DOWN', { detail: path });
  return readConfig(path, null);
}

function resultSchema(method: string): TSchema {
  if (method === 'status') return BoxStatusSchema;
  if (method === 'devices') return DevicesResultSchema;
  if (method === 'still') return StillResultSchema;
  if (method === 'session.link') return LinkResultSchema;
  if (method === 'session.links') return LinkListSchema;
  if (method === 'session.revoke-links') return EmptySchema;
  return method.startsWith('session.') ? SessionViewSchema : EmptySchema;
}

function report(error: AppError, json: boolean, language: Language, stdout: (text: string) => void, stderr: (text: string) => void): number {
  const body = error.toBody();
  stderr(`${body.code}: ${language === 'zh' ? body.messageZh : body.message}\n`);
  if (error.code === 'CFG_USAGE') stderr(language === 'zh' ? '用法参见 ./scanlink --help\n' : 'see ./scanlink --help\n');
  if (json) stdout(`${JSON.stringify({ error: body })}\n`);
  if (error.code === 'STR_BOX_DOWN' || error.code === 'STR_RPC_CLOSED') return EXIT.notRunning;
  if (error.code === 'STR_RPC_TIMEOUT') return EXIT.timeout;
  return error.code.startsWith('CFG_') ? EXIT.usage : EXIT.refused;
}
