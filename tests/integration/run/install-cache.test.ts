import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { chmodSync, mkdirSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

const ROOT_DIR = join(import.meta.dirname, '../../..');

describe('installation: the cache that node is run from', () => {
  let cache = '';
  beforeEach(() => { cache = mkdtempSync(join(tmpdir(), 'sl-cache-')); });
  afterEach(() => rmSync(cache, { recursive: true, force: true }));
  /** The check of scripts/install.sh alone, with this folder as the cache. */
  const check = (): { code: number | null; words: string } => {
    const { status, stderr } = spawnSync('bash', ['-c', '. scripts/install.sh; refuse_foreign_cache'], { cwd: ROOT_DIR, encoding: 'utf8', env: { ...process.env, SCANLINK_CACHE: cache } });
    return { code: status, words: stderr };
  };

  it('is taken when only its owner can write there', () => {
    mkdirSync(join(cache, 'bin'));
    assert.deepEqual(check(), { code: 0, words: '' });
  });

  it('is refused when everybody can, be it one folder in it, with what to type', () => {
    mkdirSync(join(cache, 'bin'));
    chmodSync(join(cache, 'bin'), 0o777);
    const { code, words } = check();
    assert.equal(code, 1);
    assert.match(words, /can be written by everybody .*: chmod -R o-w /);
  });
});
