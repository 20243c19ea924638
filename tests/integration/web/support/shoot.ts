import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import type { Page } from 'playwright-core';

export const OUTPUT_DIR = join(import.meta.dirname, '../../../output/web');
export const DESKTOP = { width: 1440, height: 900 };
export const SIDEWAYS = { width: 844, height: 390 };
const PHONE = { width: 390, height: 844 };
/** Each state is taken in the first two; in all of them for somebody who looks (SCANLINK_SHOTS=all, then make-contact-sheets.ts). */
export const SIZES = { desktop: DESKTOP, phone: PHONE, sideways: SIDEWAYS, tablet: { width: 768, height: 1024 }, window: { width: 900, height: 700 } } as const;

export async function chooseLanguage(page: Page, language: 'zh' | 'en'): Promise<void> {
  const tag = language === 'zh' ? 'zh-CN' : 'en';
  // An open sheet may lie over the button.
  if ((await page.locator('html').getAttribute('lang')) !== tag) await page.locator('.tool-text').dispatchEvent('click');
  await page.locator(`html[lang="${tag}"]`).waitFor({ state: 'attached' });
}

/** Takes the page as it stands in both languages, on a desktop and on a telephone. */
export async function shoot(page: Page, name: string): Promise<void> {
  mkdirSync(OUTPUT_DIR, { recursive: true });
  const sizes = Object.entries(SIZES).slice(0, process.env['SCANLINK_SHOTS'] === 'all' ? undefined : 2);
  for (const language of ['zh', 'en'] as const) {
    await chooseLanguage(page, language);
    for (const [size, viewport] of sizes) {
      await page.setViewportSize(viewport);
      await page.screenshot({ path: join(OUTPUT_DIR, `${name}-${language}-${size}.png`) });
    }
  }
  await page.setViewportSize(DESKTOP);
}
