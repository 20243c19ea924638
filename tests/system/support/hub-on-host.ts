import { randomBytes } from 'node:crypto';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { LocalSystem } from '../../../scripts/run/system.ts';
import { createChain } from '../../support/chain.ts';
import { HOST_FROM_GUEST } from './box-in-guest.ts';

/** A hub on the host's loopback that knows the guest's box; close() takes it and its folder away. */
export interface HubOnHost { readonly system: LocalSystem; readonly port: number; readonly token: string; close(): Promise<void> }

/** The relay names the address by which the guest's network leads to the host's loopback, beside its own. */
export async function startHub(): Promise<HubOnHost> {
  const chain = await createChain({ advertise: [HOST_FROM_GUEST] });
  const folder = mkdtempSync(join(tmpdir(), 'sl-token-'));
  const close = async (): Promise<void> => {
    await chain.close();
    rmSync(folder, { recursive: true, force: true });
  };
  try {
    await chain.system.startHub();
    const token = randomBytes(32).toString('base64url');
    const tokenFile = join(folder, 'token');
    writeFileSync(tokenFile, `${token}\n`, { mode: 0o600 });
    await chain.system.enrolBox('box-guest', 'ScanLink guest', tokenFile);
    return { system: chain.system, port: Number(new URL(chain.system.hubUrl).port), token, close };
  } catch (error) {
    await close();
    throw error;
  }
}
