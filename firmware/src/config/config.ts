import { AppError, type InputConfig } from '@scanlink/protocol';
import { dirname, resolve } from 'node:path';
import { readFileSync } from 'node:fs';
import { Compile } from 'typebox/compile';
import { BoxConfigSchema, CONFIG_NODE, CONFIG_VERSION, type BoxConfig, type NewerFile } from './schema.ts';
import { findFault } from '@scanlink/protocol/lib/schema/find-fault';
import { dropUnknownKeys, fillDefaults, findUnknownKey, isRecord } from '@scanlink/protocol/lib/schema/walk';
import { useProfiles, type FindProfile } from './use-profiles.ts';

/**
 * A configuration from its parsed JSON: unknown keys refused (of a newer firmware's file: left out and named), defaults filled
 * in, paths made absolute.
 * @param folder that relative paths start from.
 * @throws CFG_UNKNOWN_KEY with the nearest valid key; CFG_INVALID with the place.
 */
export function parseConfig(raw: unknown, folder: string): BoxConfig {
  const { known, newer } = readKnown(raw);
  const filled = fillDefaults(CONFIG_NODE, known);
  // Of a union every member complains to the compiler; this one speaks of the member that is meant.
  const fault = findFault(CONFIG_NODE, filled);
  if (fault) throw invalid(fault.key || '(whole file)', fault.detail);
  const compiled = Compile(BoxConfigSchema);
  if (!compiled.Check(filled)) throw invalid('(whole file)', 'not as described');
  const names = filled.inputs.map((input) => input.name);
  const twice = names.find((name, index) => names.indexOf(name) !== index);
  if (twice) throw invalid('inputs', `two inputs are named "${twice}"`);
  const defaultInput = filled.defaultInput ?? names[0]!;
  if (!names.includes(defaultInput)) throw invalid('defaultInput', `no input is named "${defaultInput}"`);
  for (const [index, { crop, masks, drawnFor }] of filled.inputs.entries())
    if ((crop || masks?.length) && !drawnFor) throw invalid(`inputs[${index}].drawnFor`, 'is missing: the picture formats that crop and masks were drawn for, e.g. ["1280x720p"]');
  const { start, min, max } = filled.bitrateKbps;
  if (!(min <= start && start <= max)) throw invalid('bitrateKbps', 'must be min <= start <= max');
  checkAddress('hubUrl', filled.hubUrl, filled.allowInsecureHub);
  if (filled.whip) checkAddress('whip.url', filled.whip.url, filled.allowInsecureHub);
  const absolute = (path: string): string => resolve(folder, path);
  return {
    ...filled, defaultInput, newer, hubUrl: filled.hubUrl.replace(/\/+$/, ''),
    ...(filled.whip ? { whip: { ...filled.whip, ...(filled.whip.tokenFile === undefined ? {} : { tokenFile: absolute(filled.whip.tokenFile) }) } } : {}),
    tokenFile: absolute(filled.tokenFile), dataDir: absolute(filled.dataDir), runDir: absolute(filled.runDir), bootIdFile: absolute(filled.bootIdFile),
  };
}

/** What a newer firmware wrote must not keep an older one, after a roll-back, from starting. @throws CFG_UNKNOWN_KEY. */
function readKnown(raw: unknown): { readonly known: unknown; readonly newer: NewerFile | null } {
  const version: unknown = typeof raw === 'object' && raw !== null ? (raw as { version?: unknown }).version : undefined;
  if (typeof version === 'number' && Number.isInteger(version) && version > CONFIG_VERSION) {
    const { value, dropped } = dropUnknownKeys(CONFIG_NODE, raw);
    return { known: value, newer: { version, ignoredKeys: dropped } };
  }
  const unknown = findUnknownKey(CONFIG_NODE, raw);
  if (unknown) throw new AppError('CFG_UNKNOWN_KEY', { key: unknown.path, nearest: unknown.nearest });
  return { known: raw, newer: null };
}

/** What somebody must know of a newer firmware's file; null for one of our own version. */
export function describeNewer({ newer }: Pick<BoxConfig, 'newer'>): AppError | null {
  return newer && new AppError('CFG_NEWER', { found: newer.version, known: CONFIG_VERSION, keys: newer.ignoredKeys.join(', ') || '—' });
}

/**
 * Reads and checks a configuration file. @param findProfile for crops by a console profile; null: see useProfiles.
 * @param boardInputs what a file without inputs has: the board's; empty where there is no board, and inputs must be there.
 * @throws CFG_UNREADABLE and what useProfiles and parseConfig throw.
 */
export function readConfig(path: string, findProfile: FindProfile | null, boardInputs: readonly InputConfig[] = []): BoxConfig {
  let raw: unknown;
  try {
    raw = JSON.parse(readFileSync(path, 'utf8'));
  } catch (cause) {
    const code = (cause as NodeJS.ErrnoException).code;
    throw new AppError('CFG_UNREADABLE', { detail: code ? `${code} ${path}` : `${path} is not JSON` }, { cause: code ? cause : undefined });
  }
  const whole: unknown = isRecord(raw) && raw['inputs'] === undefined && boardInputs.length > 0 ? { ...raw, inputs: boardInputs } : raw;
  return parseConfig(useProfiles(whole, findProfile), dirname(resolve(path)));
}

/** True for an address on which what is said can be read on the way: http:// to another machine. */
export function isInsecure(address: string): boolean {
  const { protocol, hostname } = new URL(address);
  return protocol === 'http:' && !(hostname === 'localhost' || hostname === '[::1]' || /^127(\.\d{1,3}){3}$/.test(hostname));
}

/** @throws CFG_INVALID for no address; CFG_INSECURE_HUB. */
function checkAddress(key: string, address: string, allowInsecure: boolean): void {
  if (!URL.canParse(address)) throw invalid(key, 'is no address');
  if (!allowInsecure && isInsecure(address)) throw new AppError('CFG_INSECURE_HUB', { key });
}

/** Identifies this boot of the machine. @throws CFG_UNREADABLE. */
export function readBootId(path: string): string {
  try {
    return readFileSync(path, 'utf8').trim();
  } catch (cause) {
    throw new AppError('CFG_UNREADABLE', { detail: `bootIdFile: ${(cause as NodeJS.ErrnoException).code ?? 'unreadable'}` }, { cause });
  }
}

function invalid(key: string, detail: string): AppError {
  return new AppError('CFG_INVALID', { key, detail });
}
