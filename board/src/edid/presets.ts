import { AppError } from '@scanlink/protocol';
import { findFault, type SchemaFault } from '@scanlink/protocol/lib/schema/find-fault';
import { findUnknownKey } from '@scanlink/protocol/lib/schema/walk';
import { existsSync, readFileSync, readdirSync } from 'node:fs';
import { basename, join } from 'node:path';
import { BOARDS_FOLDER } from '../read-board.ts';
import type { Board } from '../schema/board.ts';
import { compileEdid } from './compile.ts';
import { findEdidFault } from './find-edid-fault.ts';
import { nameTiming, readModeline } from './modeline.ts';
import { PRESET_NODE, type Edid, type EdidPreset } from './schema.ts';
import { ESTABLISHED, VICS } from './timings.ts';

export const PRESETS_FOLDER = join(BOARDS_FOLDER, 'edid');

/** A preset from its parsed JSON. @throws CFG_EDID_INVALID with the key's path and what is wrong with it. */
export function parsePreset(raw: unknown, preset: string): EdidPreset {
  const unknown = findUnknownKey(PRESET_NODE, raw);
  const fault: SchemaFault | null = unknown ? { key: unknown.path, detail: `is not known; did you mean "${unknown.nearest}"?` } : findFault(PRESET_NODE, raw) ?? findEdidFault((raw as EdidPreset).edid);
  if (fault) throw new AppError('CFG_EDID_INVALID', { preset, key: fault.key || preset, detail: fault.detail });
  return raw as EdidPreset;
}

export function listPresets(folder = PRESETS_FOLDER): readonly string[] {
  return readdirSync(folder).filter((name) => name.endsWith('.json')).map((name) => basename(name, '.json')).toSorted();
}

/** A preset by name. @throws CFG_EDID_UNKNOWN with those that there are; CFG_EDID_INVALID. */
export function findPreset(name: string, folder = PRESETS_FOLDER): EdidPreset {
  const path = join(folder, `${name}.json`);
  if (!/^[a-z0-9-]+$/.test(name) || !existsSync(path)) throw new AppError('CFG_EDID_UNKNOWN', { name, known: listPresets(folder).join(', ') });
  let raw: unknown;
  try {
    raw = JSON.parse(readFileSync(path, 'utf8'));
  } catch (cause) {
    throw new AppError('CFG_EDID_INVALID', { preset: name, key: name, detail: `${path} is not JSON` }, { cause });
  }
  const preset = parsePreset(raw, name);
  if (preset.name !== name) throw new AppError('CFG_EDID_INVALID', { preset: name, key: 'name', detail: `is not the name of the file, ${name}` });
  return preset;
}

/** A timing that an EDID offers to the console, and where it says so. */
export interface OfferedTiming { readonly name: string; readonly pixelClockKhz: number; readonly from: 'detailed' | 'vic' | 'established' }

/** All timings with a pixel clock that is known; standard timings leave theirs to a formula. */
export function listOffered(edid: Pick<Edid, 'detailed' | 'established' | 'cta'>): readonly OfferedTiming[] {
  const lines = [...edid.detailed, ...(edid.cta?.detailed ?? [])].map((text) => readModeline(text)).filter((timing) => typeof timing !== 'string');
  return [
    ...lines.map((timing) => ({ name: nameTiming(timing), pixelClockKhz: timing.pixelClockKhz, from: 'detailed' as const })),
    ...(edid.cta?.vics ?? []).flatMap((vic) => (VICS[vic] ? [{ name: VICS[vic][0], pixelClockKhz: VICS[vic][1], from: 'vic' as const }] : [])),
    ...edid.established.flatMap((name) => (ESTABLISHED[name] ? [{ name, pixelClockKhz: ESTABLISHED[name][2], from: 'established' as const }] : [])),
  ];
}

/**
 * The presets of a board as binaries, by name. @throws CFG_BOARD_INVALID for a preset that is not there, is longer than the
 * board's bridge takes, or offers a timing above its pixel clock; CFG_EDID_INVALID.
 */
export function compilePresets(board: Board, folder = PRESETS_FOLDER): ReadonlyMap<string, Uint8Array> {
  const known = listPresets(folder);
  const bridges = board.capture.filter(({ edidBlocks }) => edidBlocks > 0);
  return new Map(board.edidPresets.map((name, index) => {
    const refuse = (detail: string): AppError => new AppError('CFG_BOARD_INVALID', { board: board.name, key: `edidPresets[${index}]`, detail });
    if (!known.includes(name)) throw refuse(`there is no EDID preset of this name; there are: ${known.join(', ')}`);
    const { edid } = findPreset(name, folder);
    const bytes = compileEdid(edid);
    for (const { edidBlocks, maxPixelClockKhz, interlaced } of bridges) {
      if (bytes.length > edidBlocks * 128) throw refuse(`is longer than the device takes: ${edidBlocks} blocks`);
      const offered = listOffered(edid);
      const tooFast = offered.find(({ pixelClockKhz }) => maxPixelClockKhz !== null && pixelClockKhz > maxPixelClockKhz);
      if (tooFast) throw refuse(`${tooFast.name} needs ${tooFast.pixelClockKhz} kHz, and the device takes ${maxPixelClockKhz ?? 0}`);
      const fields = interlaced ? undefined : offered.find((timing) => /\di\d|i@/.test(timing.name));
      if (fields) throw refuse(`${fields.name} is interlaced, and the device takes progressive signals alone`);
    }
    return [name, bytes];
  }));
}
