import type { SchemaFault } from '@scanlink/protocol/lib/schema/find-fault';
import type { Board } from './schema/board.ts';

/** What a board says that cannot be true beside something else it says; null when nothing. The board is as its schema has it. */
export function findContradiction(board: Board): SchemaFault | null {
  return findTwice('capture', board.capture) ?? findTwice('serial', board.serial) ?? findGpioTwice(board) ?? findInputTwice(board) ?? findPresetWithoutBridge(board);
}

function findTwice(key: string, items: readonly { readonly name: string }[]): SchemaFault | null {
  const index = items.findIndex((item, at) => items.findIndex((other) => other.name === item.name) < at);
  return index < 0 ? null : { key: `${key}[${index}].name`, detail: `two of them are named "${items[index]!.name}"` };
}

function findGpioTwice({ gpio }: Board): SchemaFault | null {
  for (const [index, { use, name, chip, line }] of gpio.entries()) {
    const before = gpio.slice(0, index);
    if (before.some((other) => other.use === use && other.name === name)) return { key: `gpio[${index}].name`, detail: `two of them are named "${name}"` };
    if (before.some((other) => other.chip === chip && other.line === line)) return { key: `gpio[${index}].line`, detail: 'two of them are on the same line' };
  }
  return null;
}

function findInputTwice({ capture }: Board): SchemaFault | null {
  for (const [index, { inputs }] of capture.entries()) {
    const fault = findTwice(`capture[${index}].inputs`, inputs);
    if (fault) return fault;
  }
  return null;
}

/** A UVC grabber has an EDID of its own that nobody can change. */
function findPresetWithoutBridge({ edidPresets, capture }: Board): SchemaFault | null {
  if (edidPresets.length === 0 || capture.some(({ edidBlocks }) => edidBlocks > 0)) return null;
  return { key: 'edidPresets', detail: 'only a bridge whose EDID can be written takes presets' };
}
