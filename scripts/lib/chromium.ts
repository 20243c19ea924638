import { existsSync } from 'node:fs';

/** How Chromium is started without a screen, for a check or a test: it asks nothing of the network by itself. */
export const CHROMIUM_ARGS: readonly string[] = [
  '--headless', '--no-sandbox', '--disable-gpu', '--disable-quic', '--no-first-run', '--disable-background-networking',
  '--disable-component-update', '--disable-sync',
];
const CANDIDATES = ['/usr/bin/chromium', '/usr/bin/chromium-browser', '/usr/bin/google-chrome'];

/** Path of an installed Chromium, or null. CHROMIUM in the environment wins. */
export function findChromium(environment: NodeJS.ProcessEnv = process.env): string | null {
  return [environment['CHROMIUM'], ...CANDIDATES].find((path) => path !== undefined && existsSync(path)) ?? null;
}
