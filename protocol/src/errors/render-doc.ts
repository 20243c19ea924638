import { catalogue, retiredCodes } from './catalogue.ts';
import type { ErrorEntry } from './entry.ts';

/** Words for each family. */
export const FAMILIES: Readonly<Record<string, string>> = {
  CFG: 'configuration, command line / 配置与命令行',
  DEV: 'devices, capture / 采集卡与采集',
  NAT: 'native core / 原生核心',
  STO: 'store / 存储',
  STR: 'sessions, streaming / 会诊与视频流',
  HUB: "the hub's answers / 会诊中心的应答",
  BUG: 'our own faults / 内部故障',
};

/** docs/ERRORS.md, from the catalogue. A test compares the file with it; `node scripts/render-docs.ts` writes it. */
export function renderErrorsDoc(): string {
  const lines = [
    '# Error codes / 错误码', '',
    'Generated from `protocol/src/errors/` by `node scripts/render-docs.ts`; do not edit by hand. A code is never reused for another meaning.',
    '由 `protocol/src/errors/` 生成，请勿手工修改。错误码不会改作他用。', '',
    'Retry: the same call may succeed later without anybody changing anything. HTTP: status at the hub.',
    '可重试：无需更改，稍后重试可能成功。HTTP：会诊中心返回的状态码。',
  ];
  const entries: readonly [string, ErrorEntry][] = Object.entries(catalogue);
  const prefixes = [...new Set(entries.map(([code]) => familyOf(code)))];
  for (const prefix of prefixes) {
    lines.push('', `## ${prefix}_: ${FAMILIES[prefix]}`, '', '| code 代码 | meaning | 含义 | retry 可重试 | HTTP |', '|---|---|---|---|---|');
    for (const [code, entry] of entries.filter(([each]) => familyOf(each) === prefix)) {
      lines.push(`| \`${code}\` | ${escape(entry.en)} | ${escape(entry.zh)} | ${entry.retryable ? 'yes 是' : 'no 否'} | ${entry.http ?? ''} |`);
    }
  }
  lines.push('', '## Retired / 已停用', '', 'Nothing throws them any more, and they never come back with another meaning. 程序不再给出这些错误码，也不会改作他用。', '', ...Object.entries(retiredCodes).map(([code, meaning]) => `- \`${code}\`: ${meaning}`));
  return `${lines.join('\n')}\n`;
}

function familyOf(code: string): string {
  return code.split('_', 1)[0]!;
}

function escape(text: string): string {
  return text.replaceAll('|', '\\|');
}
