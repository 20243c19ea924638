/**
 * Takes the pictures of the README from a running chain:
 *   node tests/integration/web/take-screenshots.ts VIEWER_URL [FOLDER]      (the URL that ./run prints; default docs/images)
 * Writes viewer-zh.png, viewer-en.png, viewer-phone-zh.png.
 */
import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { launchChromium } from '../../support/chromium.ts';
import { waitFor } from './support/viewer-page.ts';

const [url, folder = join(import.meta.dirname, '../../../docs/images')] = process.argv.slice(2);
if (url === undefined) {
  process.stderr.write('usage: take-screenshots.ts VIEWER_URL [FOLDER]\n');
  process.exit(64);
}
mkdirSync(folder, { recursive: true });
const { context, close } = await launchChromium('zh-CN');
try {
  const page = context.pages()[0] ?? await context.newPage();
  await page.goto(url);
  // Figures of a whole second and a delay that has settled: what a viewer sees after a moment.
  await waitFor(page, 'a live picture with its figures', ({ status, stats, delay, framesPresented }) => status.kind === 'live' && delay.kind === 'measured' && stats.lossFraction !== null && framesPresented > 90);
  await page.setViewportSize({ width: 1280, height: 800 });
  await page.screenshot({ path: join(folder, 'viewer-zh.png') });
  await page.locator('.tool-text').click();
  await page.locator('html[lang=en]').waitFor({ state: 'attached' });
  await page.mouse.move(640, 300);
  await page.screenshot({ path: join(folder, 'viewer-en.png') });
  await page.locator('.tool-text').click();
  await page.setViewportSize({ width: 390, height: 844 });
  await page.screenshot({ path: join(folder, 'viewer-phone-zh.png') });
} finally {
  await close();
}
