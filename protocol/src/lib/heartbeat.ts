import { Socket } from 'node:net';
import type { Clock } from './clock.ts';

/**
 * The contract between a process and what keeps it: one byte each second on the descriptor whose number stands in
 * HEARTBEAT_FD_VARIABLE, for as long as the process is healthy. What stays silent is ended and started again.
 */
export const HEARTBEAT_FD_VARIABLE = 'SCANLINK_HEARTBEAT_FD';
export const HEARTBEAT_MS = 1000;

export interface Heartbeat { close(): void }

/**
 * Beats from this process's event loop, and only while `isHealthy` says so: a timer alone would also beat for a process
 * that does nothing any more. Where nobody asks for beats, nothing is done. A reader that does not read is not waited for.
 * @param tell of another keeper that wants to hear of each beat (systemd's watchdog); what it throws is silence.
 * @param isHealthy asked each second; a promise that does not settle is silence.
 */
export function startHeartbeat(isHealthy: () => boolean | Promise<boolean>, clock: Clock, environment: NodeJS.ProcessEnv = process.env, tell: (() => void) | null = null): Heartbeat {
  const fd = Number(environment[HEARTBEAT_FD_VARIABLE] ?? Number.NaN);
  // The descriptor is ours; a process that we start must not think it was its own.
  delete environment[HEARTBEAT_FD_VARIABLE];
  const hasPipe = Number.isInteger(fd);
  if (!hasPipe && tell === null) return { close: () => {} };
  const socket = hasPipe ? new Socket({ fd, readable: false, writable: true }) : null;
  // The keeper is gone: whatever ends us then, it is not this.
  socket?.on('error', () => {});
  socket?.unref();
  let asking = false;
  const beat = async (): Promise<void> => {
    if (asking || (socket !== null && socket.writableLength > 0)) return;
    asking = true;
    try {
      if (!await isHealthy()) return;
      socket?.write('.');
      tell?.();
    } catch {
      // Not healthy, and whoever failed says why.
    } finally {
      asking = false;
    }
  };
  void beat();
  const timer = clock.every(HEARTBEAT_MS, () => void beat());
  return {
    close: () => {
      timer.cancel();
      socket?.destroy();
    },
  };
}
