import { readFileSync } from 'node:fs';

/** The hub's version, of cloud/package.json. */
export function readHubVersion(): string {
  const text = readFileSync(new URL('../../package.json', import.meta.url), 'utf8');
  return String((JSON.parse(text) as { version: unknown }).version);
}
