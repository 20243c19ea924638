import { appendFile, readFile } from 'node:fs/promises';
import { renderMarkdownTable, renderTable, say } from '../../../scripts/lib/table.ts';
import { describeMachineLine, type Machine } from './machine.ts';
import { PATH_TITLES, type PathSummary } from './sample.ts';

/** Targets of the design (section 9), 1280x720p30, x264, loopback. */
export const TARGETS = { p50Ms: 12, p95Ms: 30, outsideEncoderCpuPercent: 5, pssMib: 140 } as const;

const HEAD = `# Results

Appended by \`npm run bench -- latency\`; how to read them:

- Delay: from the moment when the frame was due at the capture driver (for FFmpeg: at its hand-over to FFmpeg) to
  \`presentationTime\` in Chromium, by the time code in the picture, on loopback. All senders get the same pictures in YUYV, and use libx264 with the same preset,
  bitrate, VBV and one thread; encode time includes normalising to 4:2:0.
- Rounds are interleaved (every path once a round); the table shows medians over the rounds. Ratio: that path's p50 over the
  p50 of ours through our hub, within a round.
- CPU in percent of one core; sender without the simulator's threads; server is the hub's relay and API, or LiveKit.
`;

const COLUMNS = ['path', 'p50 ms', 'p95 ms', 'max ms', 'ratio', 'encode ms', 'fps', 'freezes', 'discarded %', 'sender CPU %', 'server CPU %'];

function rowsOf(summaries: readonly PathSummary[]): string[][] {
  return summaries.map((each) => [
    PATH_TITLES[each.path], say(each.p50), say(each.p95), say(each.max), say(each.ratio, '', 2), say(each.encodeMsP50), say(each.fps), String(each.freezes),
    say(each.discardedPercent), say(each.senderCpuPercent), say(each.serverCpuPercent),
  ]);
}

/** Each target in words, with what was measured; `met` null where it could not be measured. */
export function judgeTargets(summaries: readonly PathSummary[]): { readonly text: string; readonly met: boolean | null }[] {
  const ours = summaries.find((each) => each.path === 'ours-hub');
  const peers = summaries.filter((each) => each.path === 'ffmpeg-livekit' || each.path === 'ffmpeg-hub');
  const atMost = (name: string, value: number | null | undefined, limit: number, unit: string) => ({
    text: `${name}: ${say(value, unit)}, target <= ${limit} ${unit}`, met: value === null || value === undefined ? null : value <= limit,
  });
  return [
    atMost('delay p50', ours?.p50, TARGETS.p50Ms, 'ms'),
    atMost('delay p95', ours?.p95, TARGETS.p95Ms, 'ms'),
    ...peers.map((peer) => ({ text: `p50 not behind ${PATH_TITLES[peer.path]}: ratio ${say(peer.ratio, '', 2)}`, met: peer.ratio === null ? null : peer.ratio >= 1 })),
    atMost("box CPU outside the encoder's and the simulator's threads", ours?.box?.outsideEncoderCpuPercent, TARGETS.outsideEncoderCpuPercent, '%'),
    atMost('PSS of firmware and media, live', ours?.box?.pssMib, TARGETS.pssMib, 'MiB'),
  ];
}

const WORDS = { true: 'met', false: 'MISSED', null: 'not measurable' } as const;
const wordOf = (met: boolean | null) => WORDS[`${met}`];

/** The table for a terminal. */
export function renderLatency(summaries: readonly PathSummary[], machine: Machine): string {
  const targets = judgeTargets(summaries).map(({ text, met }) => `  ${wordOf(met)}: ${text}`);
  return `${describeMachineLine(machine)}\n\n${renderTable([COLUMNS, ...rowsOf(summaries)])}\n\n${targets.join('\n')}`;
}

/** Appends a section to bench/RESULTS.md; makes the file with its explanation when it is not there. */
export async function recordLatency(path: string, summaries: readonly PathSummary[], machine: Machine, conditions: string): Promise<void> {
  const there = await readFile(path, 'utf8').catch(() => '');
  const targets = judgeTargets(summaries).map(({ text, met }) => `- ${wordOf(met)}: ${text}`).join('\n');
  const section = `\n## latency, ${machine.date} UTC\n\n${describeMachineLine(machine)}; ${conditions}\n\n${renderMarkdownTable([COLUMNS, ...rowsOf(summaries)])}\n\n${targets}\n`;
  await appendFile(path, there === '' ? HEAD + section : section);
}
