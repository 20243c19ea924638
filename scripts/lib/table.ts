/** Width of a text in a terminal: Chinese letters and full-width signs take two columns. */
export function columnsOf(text: string): number {
  let columns = 0;
  for (const letter of text) columns += isWide(letter.codePointAt(0) ?? 0) ? 2 : 1;
  return columns;
}

/** Rows as lines of aligned columns: to the left, or with `numbersRight` each cell after the first that starts like a number to the right. */
export function renderTable(rows: readonly (readonly string[])[], numbersRight = true): string {
  const widths: number[] = [];
  for (const row of rows) row.forEach((cell, index) => { widths[index] = Math.max(widths[index] ?? 0, columnsOf(cell)); });
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
  const space = ' '.repeat(Math.max(0, width - columnsOf(cell)));
  return right ? space + cell : cell + space;
}

function isWide(code: number): boolean {
  return (code >= 0x1100 && code <= 0x115f) || (code >= 0x2e80 && code <= 0xa4cf) || (code >= 0xac00 && code <= 0xd7a3)
    || (code >= 0xf900 && code <= 0xfaff) || (code >= 0xfe30 && code <= 0xfe6f) || (code >= 0xff00 && code <= 0xff60) || (code >= 0xffe0 && code <= 0xffe6);
}
