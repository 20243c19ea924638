/** An object read from JSON: its fields are there or not, and of any type. */
export type Fields = Readonly<Record<string, unknown>>;

/** The object that a JSON text holds. @returns null for anything else, and for what is no JSON. Never throws. */
export function parseFields(text: string): Fields | null {
  try {
    const value: unknown = JSON.parse(text);
    return isFields(value) ? value : null;
  } catch {
    return null;
  }
}

/** No list and no null. */
export function isFields(value: unknown): value is Fields { return typeof value === 'object' && value !== null && !Array.isArray(value); }
export function isText(value: unknown): value is string { return typeof value === 'string'; }
/** JSON has no other numbers than finite ones; counters of a browser's report may. */
export function isNumber(value: unknown): value is number { return typeof value === 'number' && Number.isFinite(value); }
export function isWhole(value: unknown): value is number { return Number.isInteger(value); }
