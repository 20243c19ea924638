import assert from 'node:assert/strict';
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { findPlaces } from './places.ts';

describe('places', () => {
  let dir: string;
  beforeEach(() => (dir = mkdtempSync(join(tmpdir(), 'sl-places-'))));
  afterEach(() => rmSync(dir, { recursive: true, force: true }));

  it('a source tree, from any folder in it', () => {
    const { home, isInstalled, addonsDir, boardFile, version } = findPlaces({});
    assert.deepEqual([isInstalled, addonsDir, boardFile], [false, join(home, 'hal/build/release'), null]);
    assert.match(version, /^\d+\.\d+\.\d+$/);
    assert.deepEqual(findPlaces({}, home), findPlaces({}, join(home, 'firmware/dist')));
  });

  it('an installation, from the bundle’s own place or by the environment', () => {
    const home = join(dir, 'usr/lib/scanlink');
    mkdirSync(join(home, 'lib'), { recursive: true });
    writeFileSync(join(home, 'install.json'), '{"version":"7.8.9"}');
    const places = findPlaces({}, join(home, 'lib'));
    assert.deepEqual([places.home, places.isInstalled, places.version, places.addonsDir, places.boardFile], [home, true, '7.8.9', join(home, 'addons'), join(home, 'board/board.json')]);
    assert.deepEqual(findPlaces({ SCANLINK_HOME: home }), places);
  });

  it('nothing of the kind is said', () => assert.throws(() => findPlaces({}, dir), /SCANLINK_HOME/));
});
