import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { pickFromLock, type Lock } from './pick-from-lock.ts';

const lock: Lock = {
  lockfileVersion: 3,
  packages: {
    '': {},
    'node_modules/a': { version: '1.0.0', dependencies: { b: '^2' }, dev: true },
    'node_modules/b': { version: '2.0.0', optionalDependencies: { c: '*', gone: '*' } },
    'node_modules/c': { version: '3.0.0' },
    'node_modules/d': { version: '4.0.0', dependencies: { b: '^1' } },
    'node_modules/d/node_modules/b': { version: '1.0.0', dependencies: { c: '*' } },
    'node_modules/e': { version: '5.0.0', dependencies: { nowhere: '*' } },
  },
};
const placesOf = (...names: string[]): readonly string[] => Object.keys(pickFromLock(lock, names).lock.packages);

describe('a part of the lock', () => {
  it('has what a package depends on, at the versions of the lock', () => {
    const picked = pickFromLock(lock, ['a']);
    assert.deepEqual(picked.manifest, { name: 'scanlink-picked', private: true, dependencies: { a: '1.0.0' } });
    assert.deepEqual(placesOf('a'), ['', 'node_modules/a', 'node_modules/b', 'node_modules/c']);
    assert.deepEqual(picked.lock.packages['node_modules/a'], { version: '1.0.0', dependencies: { b: '^2' } });
  });
  it('takes the version that lies below the one who asks', () => assert.deepEqual(placesOf('d'), ['', 'node_modules/c', 'node_modules/d', 'node_modules/d/node_modules/b']));
  it('says what is not there', () => {
    assert.throws(() => pickFromLock(lock, ['x']), /package-lock.json has no x$/);
    assert.throws(() => pickFromLock(lock, ['e']), /no nowhere, which node_modules\/e needs/);
  });
  it('of this tree has hashes for all that is fetched', () => {
    const own = JSON.parse(readFileSync(join(import.meta.dirname, '../package-lock.json'), 'utf8')) as Lock;
    const { packages } = pickFromLock(own, ['better-sqlite3', 'node-datachannel', 'node-addon-api', 'node-api-headers']).lock;
    for (const [place, entry] of Object.entries(packages)) if (place !== '') assert.match((entry as { integrity?: string }).integrity ?? '', /^sha512-/, place);
  });
});
