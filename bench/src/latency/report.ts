import { appendFile, readFile } from 'node:fs/promises';
import { renderMarkdownTable, renderTable, say } from '../../../scripts/lib/table.ts';
import { describeMachineLine, type Machine } from './machine.ts';
import { describeInterval, judgeTargets } from './judge.ts';
import type { Moments } from './moments.ts';
import { PATH_TITLES, type PathSummary } from './sample.ts';

const HEAD = `# Results

Appended by \`npm run bench -- latency\`; how to read them:

- Delay: from the moment when the frame was due at the capture driver (for FFmpeg: at its hand-over to FFmpeg) to
  \`presentationTime\` in Chromium, by the time code in the picture, on loopback. All senders get the same pictures in YUYV, and use libx264 with the same preset,
  bitrate, VBV and one thread; encode time includes normalising to 4:2:0.
- Rounds are interleaved (every path once a round); the table shows medians over the rounds. Ratio: that path's p50 over the
  p50 of ours through our hub, within a round: the median, and the interval that holds the true median with at least 95 %
  confidence (order statistics; from six rounds on). An interval on both sides of 1 is \`not distinguishable\`.
- Sections of before this line was written have no interval, and their verdict left one path out.
- CPU in percent of one core; sender without the simulator's threads; server is the hub's relay and API, or LiveKit.
`;

const COLUMNS = ['path', 'p50 ms', 'p95 ms', 'max ms', 'ratio', 'encode ms', 'fps', 'freezes', 'discarded %', 'sender CPU %', 'server CPU %'];

function rowsOf(summaries: readonly PathSummary[]): string[][] {
  return summaries.map((each) => [
    PATH_TITLES[each.path], say(each.p50), say(each.p95), say(each.max), describeInterval(each.ratioP50), say(each.encodeMsP50), say(each.fps), String(each.freezes),
    say(each.discardedPercent), say(each.senderCpuPercent), say(each.serverCpuPercent),
  ]);
}

/** The table for a terminal. */
export function renderLatency(summaries: readonly PathSummary[], moments: Moments | null, machine: Machine): string {
  const targets = judgeTargets(summaries, moments).map(({ text, verdict }) => `  ${verdict}: ${text}`);
  return `${describeMachineLine(machine)}\n\n${renderTable([COLUMNS, ...rowsOf(summaries)])}\n\n${targets.join('\n')}`;
}

/** Appends a section to bench/RESULTS.md; makes the file with its explanation when it is not there. */
export async function recordLatency(path: string, summaries: readonly PathSummary[], moments: Moments | null, machine: Machine, conditions: string): Promise<void> {
  const there = await readFile(path, 'utf8').catch(() => '');
  const targets = judgeTargets(summaries, moments).map(({ text, verdict }) => `- ${verdict}: ${text}`).join('\n');
  const section = `\n## latency, ${machine.date} UTC\n\n${describeMachineLine(machine)}; ${conditions}\n\n${renderMarkdownTable([COLUMNS, ...rowsOf(summaries)])}\n\n${targets}\n`;
  await appendFile(path, there === '' ? HEAD + section : section);
}
