import { copyFileSync, mkdirSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { CONSOLES_FOLDER, readConsoles } from './console/profiles.ts';
import { PRESETS_FOLDER, compilePresets } from './edid/presets.ts';
import { BOARDS_FOLDER, findBoard } from './read-board.ts';

/** Where a box has what belongs to its board: beside board.json. */
export interface InstalledBoard { readonly boardFile: string; readonly presetsFolder: string; readonly consolesFolder: string }

export function locateInstalled(boardFile: string): InstalledBoard {
  const folder = dirname(boardFile);
  return { boardFile, presetsFolder: join(folder, 'edid'), consolesFolder: join(folder, 'consoles') };
}

/**
 * Lays what a box needs of board/ into a folder: board.json, edid/NAME.json with its binary for each preset that the board
 * takes, consoles/NAME.json of all profiles. Everything is checked first. @throws what findBoard, compilePresets and readConsoles throw.
 */
export function installBoard(name: string, folder: string): InstalledBoard {
  const board = findBoard(name);
  const presets = compilePresets(board);
  const consoles = readConsoles();
  const installed = locateInstalled(join(folder, 'board.json'));
  for (const each of [installed.presetsFolder, installed.consolesFolder]) mkdirSync(each, { recursive: true });
  copyFileSync(join(BOARDS_FOLDER, name, 'board.json'), installed.boardFile);
  for (const [preset, bytes] of presets) {
    copyFileSync(join(PRESETS_FOLDER, `${preset}.json`), join(installed.presetsFolder, `${preset}.json`));
    writeFileSync(join(installed.presetsFolder, `${preset}.bin`), bytes);
  }
  for (const profile of consoles) copyFileSync(join(CONSOLES_FOLDER, `${profile.name}.json`), join(installed.consolesFolder, `${profile.name}.json`));
  return installed;
}
