import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';

interface LockedPackage { readonly version?: string; readonly resolved?: string; readonly integrity?: string; readonly link?: boolean }

describe('supply chain', () => {
  const lock = JSON.parse(readFileSync(join(import.meta.dirname, '../package-lock.json'), 'utf8')) as { packages: Record<string, LockedPackage> };
  const fetched = Object.entries(lock.packages).filter(([place, each]) => place.includes('node_modules/') && each.link !== true);

  it('every package that is fetched has its content pinned, those of other platforms too', () => {
    assert.ok(fetched.length > 100);
    assert.deepEqual(fetched.filter(([, each]) => !(each.integrity ?? '').startsWith('sha512-')).map(([place]) => place), []);
  });

  it('the lock names no address: whoever installs uses the registry of the machine', () => {
    assert.deepEqual(fetched.filter(([, each]) => each.resolved !== undefined).map(([place]) => place), []);
  });
});
