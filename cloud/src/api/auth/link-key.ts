import { randomBytes } from 'node:crypto';
import { link, mkdir, open, readFile, stat, unlink } from 'node:fs/promises';
import { join } from 'node:path';
import { AppError } from '@scanlink/protocol';

const KEY_BYTES = 32;

/**
 * The key that signs viewing links: DATA/link.key, 32 random bytes, mode 0600. Created when absent, in such a way that
 * it appears whole or not at all, and that of two hubs starting at once both read the same.
 * @throws CFG_TOKEN_OPEN when others can read it; CFG_TOKEN_FILE when it is not a key.
 */
export async function loadLinkKey(dataDir: string): Promise<Buffer> {
  await mkdir(dataDir, { recursive: true, mode: 0o700 });
  const path = join(dataDir, 'link.key');
  return await readKey(path) ?? await createKey(dataDir, path);
}

async function readKey(path: string): Promise<Buffer | null> {
  try {
    const { mode } = await stat(path);
    if ((mode & 0o077) !== 0) throw new AppError('CFG_TOKEN_OPEN', { mode: (mode & 0o777).toString(8) });
    const key = await readFile(path);
    if (key.length !== KEY_BYTES) throw new AppError('CFG_TOKEN_FILE', { detail: 'link.key is not 32 bytes long' });
    return key;
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return null;
    throw error;
  }
}

async function createKey(dataDir: string, path: string): Promise<Buffer> {
  const temporary = join(dataDir, `.link.key.${randomBytes(6).toString('hex')}`);
  const file = await open(temporary, 'wx', 0o600);
  try {
    await file.writeFile(randomBytes(KEY_BYTES));
    await file.sync();
  } finally {
    await file.close();
  }
  try {
    // link() and not rename(): it fails when another hub was faster, and then that one's key counts.
    await link(temporary, path).catch((error: NodeJS.ErrnoException) => {
      if (error.code !== 'EEXIST') throw error;
    });
  } finally {
    await unlink(temporary);
  }
  const folder = await open(dataDir, 'r');
  try {
    await folder.sync();
  } finally {
    await folder.close();
  }
  const key = await readKey(path);
  if (!key) throw new AppError('CFG_TOKEN_FILE', { detail: 'link.key vanished while it was made' });
  return key;
}
