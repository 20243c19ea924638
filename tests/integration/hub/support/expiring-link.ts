import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { hashToken } from '@scanlink/cloud/api/auth/token-hash';
import { signLink } from '@scanlink/cloud/api/auth/link-token';
import { openDatabase } from '@scanlink/cloud/store/database';
import { operations } from '@scanlink/cloud/store/operations';
import type { TestHub } from './hub-process.ts';

/** A rightly signed and stored link that runs out sooner than the API would ever make one. */
export async function makeExpiringLink(hub: TestHub, sessionId: string, expirySeconds: number): Promise<string> {
  const token = signLink({ s: sessionId, e: expirySeconds, n: 'test' }, readFileSync(join(hub.dataDir, 'link.key')));
  const db = await openDatabase(hub.dataDir);
  await operations.addLink(db, { tokenHash: hashToken(token), sessionId, expiresMs: expirySeconds * 1000, nowMs: Date.now() });
  await db.destroy();
  return token;
}
