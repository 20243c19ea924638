import { renderTable, say } from '../../../scripts/lib/table.ts';
import { describeDrops } from './count-drops.ts';
import type { CheckReport } from './run-check.ts';

/** The check as a table for people, in both languages. */
export function renderCheck({ result, failures, detail }: CheckReport): string {
  const { delayMs, shownDelayErrorMs, cpuPercent, pssMiB } = result;
  const rows = [
    ['source / timing  信号源 / 视频格式', `${result.source} @ ${result.timing}`],
    ['picture seen  收到的画面', `${detail.widthPx}x${detail.heightPx}`],
    ['session start -> first picture  开始到首帧', say(result.firstPictureMs, 'ms', 0)],
    ['viewer joins -> first picture  加入到首帧', `${say(result.joinMs, 'ms', 0)} (from WHEP ${say(detail.whepJoinMs, 'ms', 0)}, n ${detail.joins})`],
    ['frames a second  帧率', `${say(result.fps, '', 2)} of ${result.promisedFps}`],
    ['frames dropped  丢帧', `${describeDrops(result.dropped)} (missing ${result.missingFrames})`],
    ['freezes  卡顿', `${result.freezes} (longest gap ${say(result.longestGapMs, 'ms', 0)})`],
    ['delay p50 / p95 / max  延迟', delayMs.p50 === null ? 'not measurable  无法测量' : `${say(delayMs.p50)} / ${say(delayMs.p95)} / ${say(delayMs.max, 'ms')} (±${say(detail.clockUncertaintyMs, '', 2)}, n ${delayMs.n})`],
    ['frames discarded  丢弃的测量帧', `${delayMs.discarded} of ${detail.frames} (late ${detail.late}, neighbour ${detail.mismatched}, unread ${detail.unread})`],
    ['delay shown, error p50 / p95  显示延迟误差', `${say(shownDelayErrorMs.p50, '', 2)} / ${say(shownDelayErrorMs.p95, 'ms', 2)} (n ${detail.shownMatched})`],
    ['luma PSNR  亮度 PSNR', `${say(result.psnrDb, 'dB')} (n ${detail.stills}, least ${say(detail.leastPsnrDb, 'dB')})`],
    ['bitrate  码率', say(result.bitrateKbps, 'kbit/s', 0)],
    ['CPU: capture / encode / media rest  处理器', `${say(cpuPercent.capture)} / ${say(cpuPercent.encode)} / ${say(cpuPercent.mediaRest, '%')} of a core (simulator ${say(detail.simulatorCpuPercent, '%')})`],
    ['CPU: firmware / hub  处理器', `${say(cpuPercent.firmware)} / ${say(cpuPercent.hub, '%')} of a core`],
    ['PSS: media / firmware / hub  内存', `${say(pssMiB.media)} / ${say(pssMiB.firmware)} / ${say(pssMiB.hub, 'MiB')}`],
    ['browser  浏览器', `Chromium ${detail.browser}`],
  ];
  const verdict = result.ok ? 'ok  通过' : `NOT OK  未通过\n${failures.map(({ en, zh }) => `  - ${en}  ${zh}`).join('\n')}`;
  return `${renderTable(rows, false)}\n${verdict}`;
}
