import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { findBoard } from '../read-board.ts';
import { runCommand } from '../run-command.ts';
import { compilePresets } from './presets.ts';

/** board/compile-edid: writes the presets that a board takes as FOLDER/NAME.bin. */
runCommand('board/compile-edid BOARD FOLDER', (board, folder) => {
  const presets = compilePresets(findBoard(board));
  mkdirSync(folder, { recursive: true });
  for (const [name, bytes] of presets) {
    writeFileSync(join(folder, `${name}.bin`), bytes);
    process.stdout.write(`${name}.bin ${bytes.length}\n`);
  }
});
