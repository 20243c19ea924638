import type { Language } from '@scanlink/protocol/texts';

const STORAGE_KEY = 'scanlink.language';

/** Chinese for any Chinese browser, English for all others. */
export function languageOfBrowser(languages: readonly string[]): Language {
  return /^zh\b/i.test(languages[0] ?? '') ? 'zh' : 'en';
}

/** What was chosen before on this machine, else the browser's language. */
export function readLanguage(): Language {
  try {
    const kept = window.localStorage.getItem(STORAGE_KEY);
    if (kept === 'zh' || kept === 'en') return kept;
  } catch {
    // Storage may be switched off; then the choice lasts as long as the page.
  }
  return languageOfBrowser(navigator.languages);
}

export function keepLanguage(language: Language): void {
  try {
    window.localStorage.setItem(STORAGE_KEY, language);
  } catch {
    // See above.
  }
}

const SHORTCUTS_KEY = 'scanlink.shortcuts';

/** Whether single keys act on the page; some people's speech input types them by accident. */
export function readShortcuts(): boolean {
  try {
    return window.localStorage.getItem(SHORTCUTS_KEY) !== 'off';
  } catch {
    return true;
  }
}

export function keepShortcuts(on: boolean): void {
  try {
    window.localStorage.setItem(SHORTCUTS_KEY, on ? 'on' : 'off');
  } catch {
    // See above.
  }
}

/** BCP 47 tag for the document. */
export function languageTag(language: Language): string { return language === 'zh' ? 'zh-CN' : 'en'; }
