import { writeFileSync } from 'node:fs';
import type { Page } from 'playwright-core';
import { measurePsnr, toLuma } from '@scanlink/bench/measure/psnr';
import type { ConsolePicture } from './console-picture.ts';

/** What the page's video shows now, RGBA at the stream's own size. @throws Error while it shows none. */
export async function takeVideoPicture(page: Page): Promise<{ readonly widthPx: number; readonly heightPx: number; readonly rgba: Buffer }> {
  // Text, as this side of the project is checked without the DOM's types.
  const { widthPx, heightPx, base64 } = await page.evaluate<{ widthPx: number; heightPx: number; base64: string }>(`(async () => {
    const video = document.querySelector('video');
    const canvas = new OffscreenCanvas(video.videoWidth, video.videoHeight);
    const context = canvas.getContext('2d');
    context.drawImage(video, 0, 0);
    const { data } = context.getImageData(0, 0, canvas.width, canvas.height);
    const url = await new Promise((resolve) => { const reader = new FileReader(); reader.onload = () => resolve(reader.result); reader.readAsDataURL(new Blob([data])); });
    return { widthPx: canvas.width, heightPx: canvas.height, base64: url.slice(url.indexOf(',') + 1) };
  })()`);
  return { widthPx, heightPx, rgba: Buffer.from(base64, 'base64') };
}

/** PSNR, dB, of the luma that the page shows against a still console picture. @throws RangeError when the sizes differ. */
export async function measureShownPicture(page: Page, picture: ConsolePicture): Promise<number> {
  const shown = await takeVideoPicture(page);
  return measurePsnr(toLuma(picture.rgb, picture.widthPx, picture.heightPx, 3), toLuma(shown.rgba, shown.widthPx, shown.heightPx, 4));
}

/** The page as a person sees it, kept for the report where SCANLINK_KEEP names a folder. */
export async function keepScreenshot(page: Page, name: string): Promise<void> {
  const folder = process.env['SCANLINK_KEEP'];
  if (folder) writeFileSync(`${folder}/${name}.png`, await page.screenshot());
}
