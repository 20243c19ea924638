import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { DEBIAN, readLock, renderThirdParty } from './third-party.ts';

const read = (path: string): string => readFileSync(new URL(`../../${path}`, import.meta.url), 'utf8');
/** Licences that may be part of a GPL-2.0-or-later whole. */
const FITTING = new Set(['MIT', 'ISC', 'BSD-2-Clause', 'BSD-3-Clause', '0BSD', 'Apache-2.0', 'MPL-2.0', 'BlueOak-1.0.0', 'Unlicense', 'CC0-1.0']);

describe('THIRD-PARTY.md', () => {
  const text = renderThirdParty(readLock());

  it('is what package-lock.json says (./test --fix-docs)', () => assert.equal(read('THIRD-PARTY.md'), text));

  it('holds no package without a licence that fits the whole', () => {
    const rows = text.slice(text.indexOf('## npm packages')).split('\n').filter((line) => line.startsWith('| ') && !line.startsWith('| package')).map((line) => line.split(' | '));
    assert.ok(rows.length > 60);
    assert.deepEqual(rows.filter(([, , licence = '']) => !FITTING.has(licence.replace(' |', ''))), []);
    assert.match(text, /^\| node-datachannel \| [\d.]+ \| MPL-2\.0 \|$/m);
  });

  it('names every Debian package that is installed', () => {
    const installed = [...read('scripts/install.sh').matchAll(/^PACKAGES_\w+="([^"]*)"$/gm)].flatMap(([, names = '']) => names.split(' '));
    const named = new Set(DEBIAN.flatMap(([names]) => names.split(' ')));
    assert.ok(installed.length > 10);
    assert.deepEqual(installed.filter((name) => !named.has(name)), []);
  });
});
