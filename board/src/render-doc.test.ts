import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { BOARDS_FOLDER, findBoard, listBoards } from './read-board.ts';
import { renderBoardsDoc } from './render-doc.ts';

describe('documents of boards', () => {
  it('docs/BOARDS.md is what the files say (node scripts/render-docs.ts)', () => assert.equal(readFileSync(join(BOARDS_FOLDER, '../docs/BOARDS.md'), 'utf8'), renderBoardsDoc()));

  for (const name of listBoards()) describe(`board/${name}/README.md`, () => {
    const board = findBoard(name);
    const text = readFileSync(join(BOARDS_FOLDER, name, 'README.md'), 'utf8');
    it('has a row for every GPIO line: the pin map is the one of board.json', () => {
      for (const { use, name: part, pin, line, activeLow } of board.gpio) assert.ok(text.includes(`| ${use} ${part} | ${pin} | ${line} | ${activeLow ? 'low' : 'high'} |`), `| ${use} ${part} | ${pin} | ${line} | ${activeLow ? 'low' : 'high'} |`);
      assert.equal(text.match(/^\| (?:pedal|button|status-light) /gm)?.length ?? 0, board.gpio.length);
    });
    it('says whether it ever booted', () => assert.equal(text.includes('**Never booted on metal.**') && text.includes('**从未在实物上启动过。**'), board.neverBooted));
    it('names the isolator and the supply wherever a console may be plugged in', () => {
      if (board.capture.every(({ kind }) => kind === 'virtual')) return;
      for (const words of ['IEC 60601-1', 'galvanic isolator', 'medical-grade supply', '电气隔离', '医用电源']) assert.ok(text.includes(words), words);
    });
    it('says how it is flashed, and by what it is wired', () => { for (const heading of ['## Parts', '## Wiring', '## Flashing']) assert.ok(text.includes(`${heading}\n`), heading); });
    it('names every overlay', () => { for (const overlay of board.deviceTree?.overlays ?? []) assert.ok(text.includes(overlay), overlay); });
  });
});
