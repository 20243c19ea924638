import { open } from 'node:fs/promises';
import { AppError, describeTokenFault, MAX_TOKEN_CHARS } from '@scanlink/protocol';

/**
 * The token in a file that only its owner can read; white space around it is cut off.
 * @throws CFG_TOKEN_OPEN when group or others have any right; CFG_TOKEN_FILE when there is no usable token.
 */
export async function readTokenFile(path: string): Promise<string> {
  const file = await open(path, 'r').catch((error: NodeJS.ErrnoException) => {
    throw new AppError('CFG_TOKEN_FILE', { detail: error.code ?? 'cannot be opened' }, { cause: error });
  });
  try {
    // Rights and content of one and the same file: it is open already.
    const { mode, size } = await file.stat();
    if ((mode & 0o077) !== 0) throw new AppError('CFG_TOKEN_OPEN', { mode: (mode & 0o777).toString(8) });
    if (size > MAX_TOKEN_CHARS + 16) throw new AppError('CFG_TOKEN_FILE', { detail: 'too long for a token' });
    const token = (await file.readFile('utf8')).trim();
    const fault = describeTokenFault(token);
    if (fault !== null) throw new AppError('CFG_TOKEN_FILE', { detail: fault });
    return token;
  } finally {
    await file.close();
  }
}
