import { readFile } from 'node:fs/promises';
import { connectRpc } from '@scanlink/protocol/rpc/rpc-client';
import { createCheck } from '@scanlink/protocol/check';
import { StillResultSchema } from '@scanlink/protocol';
import type { MeasuredPage } from './browser.ts';
import { decodePng } from './png.ts';
import { measurePsnr, resizeLuma, toLuma } from './psnr.ts';

/** Frames kept in the page: at 60 a second a quarter of a second, longer than a still's way there and back. */
const RING_FRAMES = 24;
const TRIES_PER_STILL = 4;

/**
 * PSNR of the luma, dB, of some frames: what the viewer's canvas shows against the captured frame (the box's still of it),
 * matched by the time code. One value for each match; a still whose frame was dropped on the way is tried again.
 * @param controlSocket control.sock of the box; needs a source with a time code.
 */
export async function measurePictureQuality(page: MeasuredPage, controlSocket: string, stills: number): Promise<number[]> {
  const { peer } = await connectRpc({ path: controlSocket, client: 'bench' });
  const checkStill = createCheck(StillResultSchema);
  const values: number[] = [];
  try {
    await page.keepRing(RING_FRAMES);
    for (let tries = stills * TRIES_PER_STILL; tries > 0 && values.length < stills; tries -= 1) {
      const still = checkStill(await peer.request('still', {}));
      const shown = await waitForPicture(page, still.timestampUs);
      if (shown === null) continue;
      const captured = decodePng(await readFile(still.path));
      const reference = toLuma(captured.rgba, captured.widthPx, captured.heightPx, 4);
      const seen = toLuma(shown.rgba, shown.widthPx, shown.heightPx, 4, captured.heightPx);
      values.push(measurePsnr(resizeLuma(reference, shown.widthPx, shown.heightPx), seen));
    }
  } finally {
    await page.keepRing(0).catch(() => undefined);
    peer.close();
  }
  return values;
}

/** The shown picture with a time code, once it is there; null when a newer one was shown without it, or nothing came. */
async function waitForPicture(page: MeasuredPage, timecodeUs: number): Promise<{ widthPx: number; heightPx: number; rgba: Buffer } | null> {
  const deadline = Date.now() + 2000;
  while (Date.now() < deadline) {
    const picture = await page.takePicture(timecodeUs);
    if (picture !== null) return picture;
    const newest = await page.newestTimecodeUs();
    if (newest !== null && newest > timecodeUs) return page.takePicture(timecodeUs);
    await new Promise((resolve) => setTimeout(resolve, 10));
  }
  return null;
}
