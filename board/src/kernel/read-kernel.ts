import { AppError } from '@scanlink/protocol';
import { existsSync, readFileSync, readdirSync, realpathSync } from 'node:fs';
import { join } from 'node:path';
import { findBoard } from '../read-board.ts';
import type { Board } from '../schema/board.ts';
import { canonicalName, findMissingModules, type KernelModules } from './modules.ts';

/**
 * Reads what a kernel has. @param folder root of an unpacked kernel package or of a root file system (holds lib/modules/VERSION
 * or usr/lib/modules/VERSION), or that folder itself.
 * @throws CFG_KERNEL_FOLDER: no kernel there, or several.
 */
export function readKernel(folder: string): KernelModules {
  const path = findModulesFolder(folder);
  const read = (name: string): readonly string[] => (existsSync(join(path, name)) ? readFileSync(join(path, name), 'utf8').split('\n').filter((line) => line !== '') : []);
  const dependencies = new Map(read('modules.dep').map((line) => {
    const [module = '', needs = ''] = line.split(':', 2);
    return [canonicalName(module), needs.split(' ').filter((need) => need !== '').map(canonicalName)];
  }));
  const files = readdirSync(path, { recursive: true, encoding: 'utf8' }).filter((name) => /\.ko(?:\.(?:xz|zst|gz))?$/.test(name)).map(canonicalName);
  return {
    version: path.slice(path.lastIndexOf('/') + 1),
    builtIn: new Set(read('modules.builtin').map(canonicalName)),
    files: new Map(files.map((name) => [name, dependencies.get(name) ?? []])),
  };
}

function findModulesFolder(folder: string): string {
  const refuse = (detail: string): AppError => new AppError('CFG_KERNEL_FOLDER', { folder, detail });
  if (!existsSync(folder)) throw refuse('no such file or folder');
  if (existsSync(join(folder, 'modules.builtin'))) return realpathSync(folder);
  // In a merged file system lib is a link to usr/lib: one folder under two names.
  const found = ['usr/lib/modules', 'lib/modules'].flatMap((place) => (existsSync(join(folder, place)) ? readdirSync(join(folder, place)).map((version) => realpathSync(join(folder, place, version))) : []));
  const versions = [...new Set(found)].filter((path) => existsSync(join(path, 'modules.builtin')));
  if (versions.length === 0) throw refuse('there is no lib/modules/VERSION/modules.builtin');
  if (versions.length > 1) throw refuse(`there are ${versions.length} kernels`);
  return versions[0]!;
}

/**
 * Where a board's kernel comes from: null for the distribution's package, else the folder that was given.
 * @throws CFG_BOARD_NEEDS_KERNEL when the board runs on its maker's kernel only, and none was given.
 */
export function chooseKernel(board: Board, folder: string | undefined): string | null {
  if (board.kernel.kind === 'own' && folder === undefined) throw new AppError('CFG_BOARD_NEEDS_KERNEL', { board: board.name, source: board.kernel.source, missing: board.kernel.missing.join(', ') });
  return folder ?? null;
}

/** Checks that a kernel has a module for every driver of a board. @returns its version. @throws CFG_BOARD_MODULES_MISSING, and what readKernel and findBoard throw. */
export function checkKernel(boardName: string, folder: string, boardsFolder?: string): string {
  const board = findBoard(boardName, boardsFolder);
  const kernel = readKernel(folder);
  const missing = findMissingModules(board, kernel);
  if (missing.length === 0) return kernel.version;
  const list = missing.map(({ module, neededBy, missing: gap }) => (gap === canonicalName(module) ? `${module} (${neededBy})` : `${module} (${neededBy}) -> ${gap}`));
  throw new AppError('CFG_BOARD_MODULES_MISSING', { board: board.name, version: kernel.version, modules: list.join(', ') });
}
