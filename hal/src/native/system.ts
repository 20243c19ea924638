/**
 * What Node lacks of Linux (scanlink_system.node): datagrams to systemd, and who is at the other end of a unix socket. Apart from the
 * core, so that a process which only asks these does not load codecs.
 */
import { AppError } from '@scanlink/protocol';
import { firstLine, loadAddon } from './load-addon.ts';

/** Of a connected unix socket, as they were when the peer connected; the kernel's word, not the peer's. */
export interface PeerCredentials { readonly pid: number; readonly uid: number; readonly gid: number }

export interface NativeSystem {
  /**
   * One datagram to systemd's socket (sd_notify(3)).
   * @param address a path, or a name in the abstract space after '@'.
   * @param state lines of NAME=value.
   * @throws NAT_SYSTEM: nobody there, or a manager that did not read for half a second.
   */
  notify(address: string, state: string): void;
  /** @param fd of a connected unix socket. @throws NAT_SYSTEM when it is none, or has no peer. */
  peerCredentials(fd: number): PeerCredentials;
}

/** @throws NAT_ADDON_MISSING when it is not built, or was built for another machine. */
export function loadSystem(path?: string): NativeSystem {
  const addon = loadAddon('scanlink_system.node', path) as NativeSystem;
  return {
    notify: (address, state) => fromSystem(() => addon.notify(address, state)),
    peerCredentials: (fd) => fromSystem(() => addon.peerCredentials(fd)),
  };
}

/** Runs a step of the addon; its errors become AppError. */
export function fromSystem<Result>(step: () => Result): Result {
  try {
    return step();
  } catch (thrown) {
    const code = (thrown as { code?: unknown } | null)?.code;
    if (code === 'NAT_SYSTEM' || code === 'NAT_BAD_ARGUMENT') throw new AppError(code, { detail: firstLine(thrown) }, { cause: thrown });
    throw thrown;
  }
}

/** The environment's name for systemd's socket. */
export const NOTIFY_SOCKET_VARIABLE = 'NOTIFY_SOCKET';

/** Says to systemd what a service is at, where systemd asked for it. */
export interface SystemdNotifier {
  /** False: nobody asked, and nothing is ever sent. */
  readonly asked: boolean;
  /**
   * READY=1, STOPPING=1, WATCHDOG=1, or STATUS= with words for `systemctl status`. Line breaks in `status` become spaces.
   * @throws NAT_SYSTEM; what it means that systemd cannot be told is for the caller to judge.
   */
  ready(status?: string): void;
  stopping(): void;
  beat(): void;
  status(words: string): void;
}

/**
 * Takes NOTIFY_SOCKET out of the environment: a process that we start must not speak in our name.
 * @param load asked only where somebody is to be told, so that without systemd no addon is needed.
 */
export function openSystemdNotifier(environment: NodeJS.ProcessEnv = process.env, load: () => Pick<NativeSystem, 'notify'> = loadSystem): SystemdNotifier {
  const address = environment[NOTIFY_SOCKET_VARIABLE] ?? '';
  delete environment[NOTIFY_SOCKET_VARIABLE];
  const system = address === '' ? null : load();
  const tell = (state: string): void => system?.notify(address, state);
  // A line more would be a message of its own: MAINPID= among them.
  const toLine = (words: string): string => `STATUS=${words.replaceAll(/[\r\n\0]+/g, ' ')}`;
  return {
    asked: system !== null,
    ready: (status) => tell(status === undefined ? 'READY=1' : `READY=1\n${toLine(status)}`),
    stopping: () => tell('STOPPING=1'),
    beat: () => tell('WATCHDOG=1'),
    status: (words) => tell(toLine(words)),
  };
}
