import type { NativeSystem, PeerCredentials } from '@scanlink/hal/native/system';
import { AppError } from '@scanlink/protocol';
import { readFileSync } from 'node:fs';
import type { Socket } from 'node:net';

/** Groups, by number, that may speak on media.sock and ui.sock; null: this process's own user alone. */
export interface SocketGroups { readonly media: number | null; readonly ui: number | null }
export const OWN_USER_ONLY: SocketGroups = { media: null, ui: null };

/** Number of a group by its name. @throws CFG_INVALID for one that the machine does not have. */
export function readGroup(key: string, name: string, file = '/etc/group'): number {
  const line = readFileSync(file, 'utf8').split('\n').find((each) => each.startsWith(`${name}:`));
  const gid = Number(line?.split(':')[2] ?? Number.NaN);
  if (!Number.isInteger(gid)) throw new AppError('CFG_INVALID', { key, detail: `there is no group "${name}"` });
  return gid;
}

/**
 * Whether a peer may speak on a socket: the user that we run as, root, or whoever runs with the socket's group as its own. The
 * socket's mode keeps others out already; this holds where a mode was loosened, and for a member of the group who is no service.
 */
export function maySpeak({ uid, gid }: PeerCredentials, ownUid: number, group: number | null): boolean {
  return uid === ownUid || uid === 0 || (group !== null && gid === group);
}

/** A gate for RpcServer: the kernel's word on the peer decides. */
export function createGate(system: Pick<NativeSystem, 'peerCredentials'>, group: number | null, ownUid: number = process.getuid!()): (socket: Socket) => AppError | null {
  return (socket) => {
    const fd = descriptorOf(socket);
    // The peer hung up meanwhile: there is nobody to refuse.
    if (fd === null) return new AppError('STR_RPC_CLOSED');
    const peer = system.peerCredentials(fd);
    return maySpeak(peer, ownUid, group) ? null : new AppError('STR_PEER_REFUSED', { uid: peer.uid, gid: peer.gid });
  };
}

/** Node names the descriptor of a socket nowhere in its documented interface. */
function descriptorOf(socket: Socket): number | null {
  const fd = (socket as unknown as { _handle?: { fd?: unknown } | null })._handle?.fd;
  return typeof fd === 'number' && fd >= 0 ? fd : null;
}
