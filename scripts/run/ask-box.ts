import type { BoxStatus } from '@scanlink/protocol';
import { connectRpc } from '@scanlink/protocol/rpc/rpc-client';

const TIMEOUT_MS = 3000;

/** One request on a box's control.sock. @param client name that the box may log. */
export async function askBox<Result>(controlSocket: string, client: string, method: string, params: unknown): Promise<Result> {
  const { peer } = await connectRpc({ path: controlSocket, client, timeoutMs: TIMEOUT_MS });
  try {
    return await peer.request(method, params) as Result;
  } finally {
    peer.close();
  }
}

/** The box's status: the snapshot that each connection begins with. null while firmware does not answer. */
export async function readBoxStatus(controlSocket: string, client: string): Promise<BoxStatus | null> {
  try {
    const { peer, snapshot } = await connectRpc({ path: controlSocket, client, timeoutMs: TIMEOUT_MS });
    peer.close();
    return snapshot as BoxStatus;
  } catch {
    return null;
  }
}
