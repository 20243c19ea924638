import { parseArgs } from 'node:util';
import { AppError, describeArgumentFault } from '@scanlink/protocol';
import { LOG_LEVELS, type LogLevel } from '@scanlink/protocol/lib/log-levels';

export interface FlagSpec { readonly required?: true; readonly default?: string }
/** A flag that is required or has a default is always there. */
type FlagValue<Spec extends FlagSpec> = Spec extends { required: true } | { default: string } ? string : string | undefined;
type Flags<Specs extends Record<string, FlagSpec>> = { readonly [Name in keyof Specs]: FlagValue<Specs[Name]> };

/**
 * Reads `--name value` flags of one command. Unknown flags and missing required ones are refused.
 * @throws CFG_USAGE with the reason in `detail`.
 */
export function readFlags<const Specs extends Record<string, FlagSpec>>(args: readonly string[], specs: Specs): { readonly flags: Flags<Specs>; readonly words: readonly string[] } {
  const names = Object.keys(specs);
  const options = Object.fromEntries(names.map((name) => [name, { type: 'string' as const }]));
  const parsed = parseOrThrow(args, options);
  const flags: Record<string, string | undefined> = {};
  for (const name of names) {
    const value = parsed.values[name] ?? specs[name]?.default;
    if (value === undefined && specs[name]?.required) throw new AppError('CFG_USAGE', { detail: `--${name} is needed` });
    flags[name] = value;
  }
  return { flags: flags as Flags<Specs>, words: parsed.positionals };
}

/** A port number of TCP or UDP; 0 asks for any free one. @throws CFG_INVALID */
export function readPort(key: string, text: string): number {
  if (!/^\d{1,5}$/.test(text) || Number(text) > 65_535) throw new AppError('CFG_INVALID', { key, detail: 'a number from 0 to 65535 is needed' });
  return Number(text);
}

/** @throws CFG_INVALID with the levels that there are. */
export function readLogLevel(key: string, text: string): LogLevel {
  const level = LOG_LEVELS.find((each) => each === text);
  if (!level) throw new AppError('CFG_INVALID', { key, detail: `one of ${LOG_LEVELS.join(', ')} is needed` });
  return level;
}

function parseOrThrow(args: readonly string[], options: Record<string, { type: 'string' }>): { values: Record<string, string | undefined>; positionals: string[] } {
  try {
    const { values, positionals } = parseArgs({ args: [...args], options, strict: true, allowPositionals: true });
    return { values, positionals };
  } catch (error) {
    throw new AppError('CFG_USAGE', { detail: describeArgumentFault(error) }, { cause: error });
  }
}
