import { closeSync, fstatSync, openSync, readFileSync } from 'node:fs';
import { AppError } from '../errors/app-error.ts';
import { describeTokenFault } from '../token.ts';

const MAX_SECRET_BYTES = 4096;

/**
 * What a file that only its owner can read holds, without the white space around it: a token as its giver made it, strong or weak.
 * @throws CFG_TOKEN_FILE when it can't be read, or holds anything but 1 to 4096 visible ASCII characters; CFG_TOKEN_OPEN when
 * group or others have any right to it.
 */
export function readSecretFile(path: string): string {
  let file: number;
  try {
    file = openSync(path, 'r');
  } catch (cause) {
    throw new AppError('CFG_TOKEN_FILE', { detail: (cause as NodeJS.ErrnoException).code ?? 'cannot be opened' }, { cause });
  }
  try {
    // Rights and content of one and the same file: it is open already.
    const { mode, size } = fstatSync(file);
    if ((mode & 0o077) !== 0) throw new AppError('CFG_TOKEN_OPEN', { mode: `0${(mode & 0o777).toString(8)}` });
    if (size > MAX_SECRET_BYTES + 16) throw new AppError('CFG_TOKEN_FILE', { detail: 'too long for a token' });
    const text = readFileSync(file, 'utf8').trim();
    if (!/^[\x21-\x7e]{1,4096}$/.test(text)) throw new AppError('CFG_TOKEN_FILE', { detail: 'holds no token (visible ASCII characters)' });
    return text;
  } catch (cause) {
    if (cause instanceof AppError) throw cause;
    throw new AppError('CFG_TOKEN_FILE', { detail: (cause as NodeJS.ErrnoException).code ?? 'unreadable' }, { cause });
  } finally {
    closeSync(file);
  }
}

/** A box's bearer token at our hub. Never logged. @throws as readSecretFile; CFG_TOKEN_FILE for one that is too weak. */
export function readTokenFile(path: string): string {
  const text = readSecretFile(path);
  const fault = describeTokenFault(text);
  if (fault !== null) throw new AppError('CFG_TOKEN_FILE', { detail: fault });
  return text;
}
