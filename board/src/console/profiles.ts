import { AppError } from '@scanlink/protocol';
import { findFault, type SchemaFault } from '@scanlink/protocol/lib/schema/find-fault';
import { findUnknownKey } from '@scanlink/protocol/lib/schema/walk';
import { existsSync, readFileSync, readdirSync } from 'node:fs';
import { basename, join } from 'node:path';
import { BOARDS_FOLDER } from '../read-board.ts';
import { findProfileFault } from './find-profile-fault.ts';
import { CONSOLE_NODE, type ConsoleProfile } from './schema.ts';

export const CONSOLES_FOLDER = join(BOARDS_FOLDER, 'consoles');

/** A profile from its parsed JSON. @throws CFG_CONSOLE_INVALID with the key's path and what is wrong with it. */
export function parseConsole(raw: unknown, profile: string): ConsoleProfile {
  const unknown = findUnknownKey(CONSOLE_NODE, raw);
  const fault: SchemaFault | null = unknown ? { key: unknown.path, detail: `is not known; did you mean "${unknown.nearest}"?` } : findFault(CONSOLE_NODE, raw) ?? findProfileFault(raw as ConsoleProfile);
  if (fault) throw new AppError('CFG_CONSOLE_INVALID', { profile, key: fault.key || profile, detail: fault.detail });
  return raw as ConsoleProfile;
}

/** Names of the profiles there are, sorted. */
export function listConsoles(folder = CONSOLES_FOLDER): readonly string[] {
  return readdirSync(folder).filter((name) => name.endsWith('.json')).map((name) => basename(name, '.json')).toSorted();
}

/** A profile by name. @throws CFG_CONSOLE_UNKNOWN with those that there are; CFG_CONSOLE_INVALID. */
export function findConsole(name: string, folder = CONSOLES_FOLDER): ConsoleProfile {
  const path = join(folder, `${name}.json`);
  if (!/^[a-z0-9-]+$/.test(name) || !existsSync(path)) throw new AppError('CFG_CONSOLE_UNKNOWN', { name, known: listConsoles(folder).join(', ') });
  const invalid = (key: string, detail: string, cause?: unknown): AppError => new AppError('CFG_CONSOLE_INVALID', { profile: name, key, detail }, { cause });
  let raw: unknown;
  try {
    raw = JSON.parse(readFileSync(path, 'utf8'));
  } catch (cause) {
    throw invalid(name, `${name}.json is not JSON`, cause);
  }
  const profile = parseConsole(raw, name);
  if (profile.name !== name) throw invalid('name', `is not the name of the file, ${name}`);
  return profile;
}

/**
 * All profiles of a folder, sorted by name. @throws what findConsole throws, and CFG_CONSOLE_INVALID for two that say the same
 * of who they are by HDMI: either would be taken for the other.
 */
export function readConsoles(folder = CONSOLES_FOLDER): readonly ConsoleProfile[] {
  const profiles = listConsoles(folder).map((name) => findConsole(name, folder));
  for (const [index, { name, source }] of profiles.entries()) {
    const twin = source && profiles.slice(0, index).find((other) => other.source?.vendor === source.vendor && other.source.product === source.product);
    if (twin) throw new AppError('CFG_CONSOLE_INVALID', { profile: name, key: 'source', detail: `is the same as that of ${twin.name}` });
  }
  return profiles;
}
