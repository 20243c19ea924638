import { widthOf } from '@scanlink/firmware/cli/table';

/** Rows as lines of aligned columns: to the left, or with `numbersRight` each cell after the first that starts like a number to the right. */
export function renderTable(rows: readonly (readonly string[])[], numbersRight = true): string {
  const widths: number[] = [];
  for (const row of rows) row.forEach((cell, index) => { widths[index] = Math.max(widths[index] ?? 0, widthOf(cell)); });
  return rows.map((row) => row.map((cell, index) => pad(cell, widths[index] ?? 0, numbersRight && index > 0 && /^[-+\d.]/.test(cell))).join('  ').trimEnd()).join('\n');
}

/** The same as a Markdown table; the first row is the head. */
export function renderMarkdownTable(rows: readonly (readonly string[])[]): string {
  const line = (row: readonly string[]) => `| ${row.map((cell) => cell.replaceAll('|', '\\|')).join(' | ')} |`;
  const [head = [], ...body] = rows;
  return [line(head), line(head.map((_, index) => (index === 0 ? '---' : '---:'))), ...body.map(line)].join('\n');
}

/** A number with its unit, or a dash. */
export function say(value: number | null | undefined, unit = '', digits = 1): string {
  return value === null || value === undefined ? '–' : `${value.toFixed(digits)}${unit ? ` ${unit}` : ''}`;
}

function pad(cell: string, width: number, right: boolean): string {
  const space = ' '.repeat(Math.max(0, width - widthOf(cell)));
  return right ? space + cell : cell + space;
}
