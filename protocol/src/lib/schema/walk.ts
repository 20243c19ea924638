/** The parts of a JSON schema that walking it needs; TypeBox schemas are of this shape. */
export interface SchemaNode {
  readonly type?: string;
  readonly const?: unknown;
  readonly enum?: readonly unknown[];
  readonly properties?: Readonly<Record<string, SchemaNode>>;
  readonly required?: readonly string[] | undefined;
  readonly minProperties?: number;
  readonly items?: SchemaNode;
  readonly anyOf?: readonly SchemaNode[];
  readonly default?: unknown;
  readonly minimum?: number;
  readonly maximum?: number;
  readonly minItems?: number;
  readonly maxItems?: number;
  readonly minLength?: number;
  readonly maxLength?: number;
  readonly pattern?: string;
  readonly unit?: string;
  readonly description?: string;
  readonly descriptionZh?: string;
}

export const isRecord = (value: unknown): value is Record<string, unknown> => typeof value === 'object' && value !== null && !Array.isArray(value);

/**
 * Of a union, the member that a value means: whose literal properties (`kind`, `driver`) are the value's, else whose type is
 * the value's. Undefined when none is meant. What is no union is its own member.
 */
export function pickMember(schema: SchemaNode, value: unknown): SchemaNode | undefined {
  if (!schema.anyOf) return schema;
  if (!isRecord(value)) return schema.anyOf.find((member) => !member.properties && (member.const === undefined ? member.type === nameType(value) || (member.type === 'integer' && typeof value === 'number') : member.const === value));
  return schema.anyOf.find((member) => member.properties && Object.entries(member.properties).every(([name, property]) => property.const === undefined || property.const === value[name]));
}

function nameType(value: unknown): string {
  if (value === null) return 'null';
  return Array.isArray(value) ? 'array' : typeof value;
}

export interface UnknownKey { readonly path: string; readonly nearest: string }

/** First key of value, at any depth, that the schema does not know, with the nearest one that it knows at that place. */
export function findUnknownKey(schema: SchemaNode, value: unknown, path = ''): UnknownKey | null {
  if (Array.isArray(value)) {
    for (const [index, item] of value.entries()) {
      const found = schema.items && findUnknownKey(schema.items, item, `${path}[${index}]`);
      if (found) return found;
    }
    return null;
  }
  const properties = pickMember(schema, value)?.properties;
  if (!properties || !isRecord(value)) return null;
  for (const [name, child] of Object.entries(value)) {
    const known = Object.hasOwn(properties, name) ? properties[name] : undefined;
    const at = path ? `${path}.${name}` : name;
    if (!known) return { path: at, nearest: path ? `${path}.${findNearest(name, Object.keys(properties))}` : findNearest(name, Object.keys(properties)) };
    const found = findUnknownKey(known, child, at);
    if (found) return found;
  }
  return null;
}

/** A copy of value without the keys, at any depth, that the schema does not know, and these keys. */
export function dropUnknownKeys(schema: SchemaNode, value: unknown, path = ''): { readonly value: unknown; readonly dropped: readonly string[] } {
  if (Array.isArray(value)) {
    const items = value.map((item, index) => (schema.items ? dropUnknownKeys(schema.items, item, `${path}[${index}]`) : { value: item as unknown, dropped: [] }));
    return { value: items.map((item) => item.value), dropped: items.flatMap((item) => item.dropped) };
  }
  const properties = pickMember(schema, value)?.properties;
  if (!properties || !isRecord(value)) return { value, dropped: [] };
  const kept: Record<string, unknown> = {};
  const dropped: string[] = [];
  for (const [name, child] of Object.entries(value)) {
    const at = path ? `${path}.${name}` : name;
    const known = Object.hasOwn(properties, name) ? properties[name] : undefined;
    if (!known) {
      dropped.push(at);
      continue;
    }
    const inner = dropUnknownKeys(known, child, at);
    kept[name] = inner.value;
    dropped.push(...inner.dropped);
  }
  return { value: kept, dropped };
}

/** A copy of value with the schema's defaults wherever something is absent; what is there stays, right or wrong. */
export function fillDefaults(schema: SchemaNode, value: unknown): unknown {
  const present = value === undefined ? structuredClone(schema.default) : value;
  if (Array.isArray(present) && schema.items) {
    const { items } = schema;
    return present.map((item) => fillDefaults(items, item));
  }
  const properties = pickMember(schema, present)?.properties;
  if (!properties || !isRecord(present)) return present;
  const filled: Record<string, unknown> = { ...present };
  for (const [name, child] of Object.entries(properties)) {
    const next = fillDefaults(child, filled[name]);
    if (next !== undefined) filled[name] = next;
  }
  return filled;
}

/** The candidate with the least edit distance, letter case aside. candidates must not be empty. */
export function findNearest(name: string, candidates: readonly string[]): string {
  const wanted = name.slice(0, 64).toLowerCase();
  const ranked = candidates.map((each) => ({ each, distance: editDistance(wanted, each.toLowerCase()) }));
  ranked.sort((a, b) => a.distance - b.distance);
  return ranked[0]!.each;
}

/** Levenshtein distance; swapping two neighbours counts as one step. */
export function editDistance(a: string, b: string): number {
  const rows: number[][] = [Array.from({ length: b.length + 1 }, (_, column) => column)];
  for (let i = 1; i <= a.length; i += 1) {
    const row = [i];
    for (let j = 1; j <= b.length; j += 1) {
      const same = a[i - 1] === b[j - 1] ? 0 : 1;
      let least = Math.min(rows[i - 1]![j]! + 1, row[j - 1]! + 1, rows[i - 1]![j - 1]! + same);
      if (i > 1 && j > 1 && a[i - 1] === b[j - 2] && a[i - 2] === b[j - 1]) least = Math.min(least, rows[i - 2]![j - 2]! + 1);
      row.push(least);
    }
    rows.push(row);
  }
  return rows[a.length]![b.length]!;
}
