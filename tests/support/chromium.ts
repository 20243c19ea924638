import { mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { chromium, type BrowserContext } from 'playwright-core';
import { CHROMIUM_ARGS, findChromium } from '../../scripts/lib/chromium.ts';

export interface LaunchedChromium {
  readonly context: BrowserContext;
  /** SIGSTOP to all of its processes: what a computer that sleeps does to a page. SIGCONT wakes it. */
  readonly signal: (signal: 'SIGSTOP' | 'SIGCONT') => void;
  readonly close: () => Promise<void>;
}

/** Headless Chromium with a fresh profile, which close() removes. @throws Error when none is installed. */
export async function launchChromium(locale = 'en-US'): Promise<LaunchedChromium> {
  const executablePath = findChromium();
  if (executablePath === null) throw new Error('no Chromium found: install the Debian package chromium, or set CHROMIUM to its path');
  const profile = mkdtempSync(join(tmpdir(), 'sl-chromium-'));
  const context = await chromium.launchPersistentContext(profile, {
    executablePath, headless: false, locale, viewport: { width: 1440, height: 900 }, args: [...CHROMIUM_ARGS],
  });
  return {
    context,
    signal: (signal) => { for (const pid of findFamily(profile)) process.kill(pid, signal); },
    close: async () => {
      await context.close();
      rmSync(profile, { recursive: true, force: true });
    },
  };
}

/** The process whose command line names this profile, and all that come from it. @throws Error when there is none. */
function findFamily(profile: string): readonly number[] {
  const all = readdirSync('/proc').filter((name) => /^\d+$/.test(name)).flatMap((name) => {
    try {
      // The name in parentheses may hold anything; what follows the last one is fixed: state, parent.
      const parent = Number(readFileSync(`/proc/${name}/stat`, 'utf8').split(') ').at(-1)?.split(' ')[1]);
      return [{ pid: Number(name), parent, isOurs: readFileSync(`/proc/${name}/cmdline`, 'utf8').includes(profile) }];
    } catch {
      return [];
    }
  });
  const family = new Set(all.filter((each) => each.isOurs).map((each) => each.pid));
  if (family.size === 0) throw new Error(`no Chromium with the profile ${profile}`);
  for (let before = 0; before !== family.size;) {
    before = family.size;
    for (const each of all) if (family.has(each.parent)) family.add(each.pid);
  }
  return [...family];
}
