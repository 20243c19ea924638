import type { TSchemaOptions } from 'typebox';

/** What a key says about itself; docs/BOARDS.md is made from it. */
export interface KeyWords extends TSchemaOptions { readonly description: string; readonly descriptionZh: string; readonly unit?: string }

/** Words of a key in both languages, and the unit that its number is in. */
export function say(description: string, descriptionZh: string, unit?: string): KeyWords {
  return { description, descriptionZh, ...(unit === undefined ? {} : { unit }) };
}

/** No key but those that are described. */
export const closed = { additionalProperties: false } as const;
