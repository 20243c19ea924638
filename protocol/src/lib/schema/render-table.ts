import type { SchemaNode } from './walk.ts';

/**
 * Rows of a document in Markdown: every key that says something about itself, with type, default, range, unit and both languages.
 * @param inLists also the keys of lists' objects (`capture[].name`) and of unions' members.
 */
export function renderTable(schema: SchemaNode, inLists = false): string[] {
  const head = ['| key 配置项 | type 类型 | default 默认值 | range 范围 | unit 单位 | meaning | 含义 |', '|---|---|---|---|---|---|---|'];
  return [...head, ...rows(schema, '', inLists)];
}

function rows(schema: SchemaNode, prefix: string, inLists: boolean): string[] {
  return Object.entries(schema.properties ?? {}).filter(([, node]) => !inLists || node.description !== undefined || node.properties).flatMap(([name, node]) => {
    const required = schema.required?.includes(name) && node.default === undefined;
    const shown = node.properties && prefix === '' && node.default !== undefined ? '' : formatDefault(node, required ?? false);
    const cells = [`\`${prefix}${name}\``, formatType(node), shown, formatRange(node), node.unit ?? '', node.description ?? '', node.descriptionZh ?? ''];
    const nested = Object.values(node.properties ?? {}).some((child) => child.description) ? rows(node, `${prefix}${name}.`, inLists) : [];
    if (inLists) nested.push(...innerObjects(node).flatMap(({ node: inner, suffix }) => rows(inner, `${prefix}${name}${suffix}.`, true)));
    return [`| ${cells.map((cell) => cell.replaceAll('|', '\\|')).join(' | ')} |`, ...nested];
  });
}

/** Objects inside a list or a union. A member's literal was said by the first member, with all its values. */
function innerObjects(node: SchemaNode): { readonly node: SchemaNode; readonly suffix: string }[] {
  if (node.items) return node.items.properties ? [{ node: node.items, suffix: '[]' }] : innerObjects(node.items).map(({ node: inner }) => ({ node: inner, suffix: '[]' }));
  return (node.anyOf ?? []).filter((member) => member.properties).map((member) => ({ node: member, suffix: '' }));
}

function formatDefault(node: SchemaNode, required: boolean): string {
  if (node.default !== undefined) return `\`${JSON.stringify(node.default)}\``;
  return required ? 'required 必填' : '—';
}

function formatType(node: SchemaNode): string {
  if (node.anyOf) return node.anyOf.map((each) => (each.const === undefined ? each.type ?? '' : `\`${typeof each.const === 'string' ? each.const : JSON.stringify(each.const)}\``)).filter((each, index, all) => all.indexOf(each) === index).join(' ');
  if (node.enum) return node.enum.map((each) => `\`${String(each)}\``).join(' ');
  if (node.type === 'array') return `array of ${node.items?.type ?? (node.items?.anyOf?.every((member) => member.type === 'object') ? 'object' : 'values')}`;
  return node.type ?? '';
}

function formatRange(node: SchemaNode): string {
  const parts: string[] = [];
  if (node.minimum !== undefined || node.maximum !== undefined) parts.push(`${node.minimum ?? ''}..${node.maximum ?? ''}`);
  if (node.minItems !== undefined || node.maxItems !== undefined) parts.push(`${node.minItems ?? 0}..${node.maxItems ?? ''} items`);
  if (node.maxLength !== undefined) parts.push(`<= ${node.maxLength} characters`);
  if (node.pattern !== undefined) parts.push(`\`${node.pattern}\``);
  return parts.join(', ');
}
