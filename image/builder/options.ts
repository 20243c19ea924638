import { homedir } from 'node:os';
import { join } from 'node:path';
import { parseArgs } from 'node:util';

export interface BuildOptions { readonly board: string; readonly isTest: boolean; readonly outDir: string; readonly kernelDir: string | undefined; readonly cacheDir: string }

/** @throws Error with what is wrong on the command line. */
export function parseBuildOptions(argv: readonly string[], rootDir: string, env: NodeJS.ProcessEnv): BuildOptions {
  const { values } = parseArgs({ args: [...argv], options: { board: { type: 'string' }, test: { type: 'boolean', default: false }, out: { type: 'string' }, kernel: { type: 'string' } } });
  if (values.board === undefined) throw new Error('which board? image/build --board NAME (folders of board/)');
  const isTest = values.test;
  return {
    board: values.board, isTest, kernelDir: values.kernel,
    outDir: values.out ?? join(rootDir, 'image/dist', isTest ? `${values.board}-test` : values.board),
    cacheDir: join(env['SCANLINK_CACHE'] ?? join(homedir(), '.cache/scanlink'), 'image'),
  };
}
