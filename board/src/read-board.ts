import { AppError } from '@scanlink/protocol';
import { findFault } from '@scanlink/protocol/lib/schema/find-fault';
import { findPlaces } from '@scanlink/protocol/lib/places';
import { findUnknownKey } from '@scanlink/protocol/lib/schema/walk';
import { existsSync, readFileSync, readdirSync } from 'node:fs';
import { basename, dirname, join, resolve } from 'node:path';
import { BOARD_NODE, type Board } from './schema/board.ts';
import { findContradiction } from './find-contradiction.ts';

/** board/ of the source tree; on a box only the one board's file is installed. */
export const BOARDS_FOLDER = findPlaces().boardDir;

/**
 * A board from its parsed JSON. What depends on other files (overlays, EDID presets) is checkBoardFolder's.
 * @param board what the file is called in errors: the folder's name.
 * @throws CFG_BOARD_UNKNOWN_KEY with the nearest known key; CFG_BOARD_INVALID with the key's path, what is wrong, what is known.
 */
export function parseBoard(raw: unknown, board: string): Board {
  const unknown = findUnknownKey(BOARD_NODE, raw);
  if (unknown) throw new AppError('CFG_BOARD_UNKNOWN_KEY', { board, key: unknown.path, nearest: unknown.nearest });
  const fault = findFault(BOARD_NODE, raw) ?? findContradiction(raw as Board);
  if (fault) throw new AppError('CFG_BOARD_INVALID', { board, key: fault.key || 'board.json', detail: fault.detail });
  return raw as Board;
}

/** Reads a board file, of the source tree or of a box. @throws CFG_BOARD_UNREADABLE and what parseBoard throws. */
export function readBoard(path: string): Board {
  let raw: unknown;
  try {
    raw = JSON.parse(readFileSync(path, 'utf8'));
  } catch (cause) {
    const code = (cause as NodeJS.ErrnoException).code;
    throw new AppError('CFG_BOARD_UNREADABLE', { detail: code ? `${code} ${path}` : `${path} is not JSON` }, { cause: code ? cause : undefined });
  }
  // On a box the folder is called `board`; the file's own name says more.
  const name = (raw as { name?: unknown } | null)?.name;
  return parseBoard(raw, typeof name === 'string' ? name : basename(dirname(resolve(path))));
}

/** Names of the boards there are, sorted: the folders with a board.json. */
export function listBoards(folder = BOARDS_FOLDER): readonly string[] {
  return readdirSync(folder).filter((name) => existsSync(join(folder, name, 'board.json'))).toSorted();
}

/**
 * A board of the source tree by name, with what it says of other files checked: its folder's name, its overlays.
 * @throws CFG_BOARD_UNKNOWN with the names there are; what readBoard throws.
 */
export function findBoard(name: string, folder = BOARDS_FOLDER): Board {
  const known = listBoards(folder);
  if (!known.includes(name)) throw new AppError('CFG_BOARD_UNKNOWN', { name, known: known.join(', ') });
  const board = readBoard(join(folder, name, 'board.json'));
  const invalid = (key: string, detail: string): AppError => new AppError('CFG_BOARD_INVALID', { board: name, key, detail });
  if (board.name !== name) throw invalid('name', `is not the name of the folder, ${name}`);
  for (const [index, overlay] of (board.deviceTree?.overlays ?? []).entries())
    if (!existsSync(join(folder, name, overlay))) throw invalid(`deviceTree.overlays[${index}]`, `there is no such file: ${overlay}`);
  return board;
}
