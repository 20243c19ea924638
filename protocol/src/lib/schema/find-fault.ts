import { isRecord, pickMember, type SchemaNode } from './walk.ts';

/** Where in a file something is not as described (`capture[0].match`; '' is the whole), and what: words of errors/details. */
export interface SchemaFault { readonly key: string; readonly detail: string }

/**
 * The first thing in value, in the schema's order, that is not as described; null when all is. Of a union it speaks of the
 * member that is meant (walk.ts, pickMember) and of no other. Keys that the schema does not name are findUnknownKey's.
 */
export function findFault(schema: SchemaNode, value: unknown, key = ''): SchemaFault | null {
  const fault = (detail: string): SchemaFault => ({ key, detail });
  const member = pickMember(schema, value);
  if (!member) return findKindFault(schema, value, key);
  if (member.const !== undefined) return value === member.const ? null : fault(`takes ${JSON.stringify(member.const)}`);
  if (member.enum) return member.enum.includes(value) ? null : fault(`takes one of: ${member.enum.join(', ')}`);
  switch (member.type) {
    case 'null': return value === null ? null : fault('must be null');
    case 'boolean': return typeof value === 'boolean' ? null : fault('must be boolean');
    case 'string': return typeof value === 'string' ? findTextFault(member, value, fault) : fault('must be string');
    case 'integer': case 'number': return findNumberFault(member, value, fault);
    case 'array': return Array.isArray(value) ? findListFault(member, value, key) : fault('must be array');
    case 'object': return isRecord(value) ? findObjectFault(member, value, key) : fault('must be object');
    default: return null;
  }
}

/** Nothing in the union is meant: names the literal that told its members apart, with what it takes. */
function findKindFault(schema: SchemaNode, value: unknown, key: string): SchemaFault {
  const members = schema.anyOf ?? [];
  const literals = members.filter((member) => member.const !== undefined).map((member) => String(member.const));
  if (literals.length === members.length) return { key, detail: `takes one of: ${literals.join(', ')}` };
  const objects = members.filter((member) => member.properties);
  const name = Object.entries(objects[0]?.properties ?? {}).find(([, property]) => property.const !== undefined)?.[0];
  if (!isRecord(value) || name === undefined) return { key, detail: 'not as described' };
  const kinds = objects.map((member) => String(member.properties?.[name]?.const));
  return { key: join(key, name), detail: value[name] === undefined ? `is missing; takes one of: ${kinds.join(', ')}` : `takes one of: ${kinds.join(', ')}` };
}

function findTextFault({ minLength, maxLength, pattern }: SchemaNode, value: string, fault: (detail: string) => SchemaFault): SchemaFault | null {
  if (minLength !== undefined && value.length < minLength) return fault(`must not have fewer than ${minLength} characters`);
  if (maxLength !== undefined && value.length > maxLength) return fault(`must not have more than ${maxLength} characters`);
  return pattern === undefined || new RegExp(pattern, 'u').test(value) ? null : fault(`must match pattern ${pattern}`);
}

function findNumberFault({ type, minimum, maximum }: SchemaNode, value: unknown, fault: (detail: string) => SchemaFault): SchemaFault | null {
  if (typeof value !== 'number' || !Number.isFinite(value) || (type === 'integer' && !Number.isInteger(value))) return fault(`must be ${type ?? 'number'}`);
  if (minimum !== undefined && value < minimum) return fault(`must be >= ${minimum}`);
  return maximum !== undefined && value > maximum ? fault(`must be <= ${maximum}`) : null;
}

function findListFault({ items, minItems, maxItems }: SchemaNode, value: readonly unknown[], key: string): SchemaFault | null {
  if (minItems !== undefined && value.length < minItems) return { key, detail: `must not have fewer than ${minItems} items` };
  if (maxItems !== undefined && value.length > maxItems) return { key, detail: `must not have more than ${maxItems} items` };
  for (const [index, item] of value.entries()) {
    const found = items && findFault(items, item, `${key}[${index}]`);
    if (found) return found;
  }
  return null;
}

function findObjectFault({ properties = {}, required = [], minProperties = 0 }: SchemaNode, value: Record<string, unknown>, key: string): SchemaFault | null {
  if (Object.keys(value).length < minProperties) return { key, detail: `needs at least ${minProperties} of: ${Object.keys(properties).join(', ')}` };
  const missing = required.find((name) => value[name] === undefined);
  if (missing !== undefined) return { key: join(key, missing), detail: 'is missing' };
  for (const [name, child] of Object.entries(properties)) {
    const found = value[name] === undefined ? null : findFault(child, value[name], join(key, name));
    if (found) return found;
  }
  return null;
}

function join(key: string, name: string): string {
  return key ? `${key}.${name}` : name;
}
