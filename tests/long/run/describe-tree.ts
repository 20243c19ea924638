import { execFileSync } from 'node:child_process';
import { createHash } from 'node:crypto';

/** The checked-out commit, and with changes to its files a `+` and a hash of them: a result of one tree says nothing of another. */
export function describeTree(rootDir: string): string {
  const git = (...args: string[]): string => execFileSync('git', ['-C', rootDir, ...args], { encoding: 'utf8', maxBuffer: 2 ** 28 });
  const changes = git('diff', 'HEAD');
  return `${git('rev-parse', '--short', 'HEAD').trim()}${changes === '' ? '' : `+${createHash('sha256').update(changes).digest('hex').slice(0, 8)}`}`;
}
