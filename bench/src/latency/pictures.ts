import { createWriteStream } from 'node:fs';
import { once } from 'node:events';
import { finished } from 'node:stream/promises';
import { setTimeout as sleep } from 'node:timers/promises';
import { createSimDriver } from '@scanlink/hal/capture/capture.sim';
import { loadProbes } from '@scanlink/hal/native/probe';
import { CONDITIONS } from './conditions.ts';

/** Two seconds of the phantom: its movement, without the memory of a long film. */
const PICTURES = 60;

/**
 * Records what the simulated console puts out (YUYV, no time code), so that FFmpeg gets the same pictures as the box.
 * The file holds whole pictures, stride widthPx * 2. @throws Error when the console gives no frames for 10 s.
 */
export async function recordPhantom(path: string): Promise<void> {
  const input = await createSimDriver().open({ source: 'phantom', timing: CONDITIONS.timing, pixelFormat: 'YUYV', timeCode: false });
  const probe = loadProbes().createProbe(input.handle, { copy: true });
  const file = createWriteStream(path);
  const rowBytes = CONDITIONS.widthPx * 2;
  try {
    let written = 0;
    const deadline = Date.now() + 10_000;
    while (written < PICTURES) {
      for (const frame of probe.takeFrames()) {
        if (!frame.data || frame.pixelFormat !== 'YUYV' || written >= PICTURES) continue;
        for (let row = 0; row < CONDITIONS.heightPx; row += 1) {
          const start = row * frame.strideBytes;
          if (!file.write(frame.data.subarray(start, start + rowBytes))) await once(file, 'drain');
        }
        written += 1;
      }
      if (Date.now() > deadline) throw new Error('the simulated console gave too few frames to record');
      await sleep(20);
    }
  } finally {
    probe.close();
    await input.close();
    file.end();
    await finished(file);
  }
}
