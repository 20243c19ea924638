import { parseArgs } from 'node:util';
import { AppError } from '@scanlink/protocol';

export interface FlagSpec { readonly required?: boolean; readonly default?: string }

/**
 * Reads `--name value` flags of one command. Unknown flags and missing required ones are refused.
 * @throws CFG_USAGE with the reason in `detail`.
 */
export function readFlags<Name extends string>(args: readonly string[], specs: Readonly<Record<Name, FlagSpec>>): { readonly flags: Readonly<Record<Name, string | undefined>>; readonly words: readonly string[] } {
  const names = Object.keys(specs) as Name[];
  const options = Object.fromEntries(names.map((name) => [name, { type: 'string' as const }]));
  const parsed = parseOrThrow(args, options);
  const flags = {} as Record<Name, string | undefined>;
  for (const name of names) {
    const value = parsed.values[name] ?? specs[name].default;
    if (value === undefined && specs[name].required) throw new AppError('CFG_USAGE', { detail: `--${name} is needed` });
    flags[name] = value;
  }
  return { flags, words: parsed.positionals };
}

/** A port number of TCP or UDP; 0 asks for any free one. @throws CFG_INVALID */
export function readPort(key: string, text: string): number {
  if (!/^\d{1,5}$/.test(text) || Number(text) > 65_535) throw new AppError('CFG_INVALID', { key, detail: 'a number from 0 to 65535 is needed' });
  return Number(text);
}

function parseOrThrow(args: readonly string[], options: Record<string, { type: 'string' }>): { values: Record<string, string | undefined>; positionals: string[] } {
  try {
    const { values, positionals } = parseArgs({ args: [...args], options, strict: true, allowPositionals: true });
    return { values, positionals };
  } catch (error) {
    throw new AppError('CFG_USAGE', { detail: error instanceof Error ? error.message : String(error) }, { cause: error });
  }
}
