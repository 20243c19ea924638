import type { BoxStatus } from '@scanlink/protocol';
import type { Clock, Timer } from '@scanlink/protocol/lib/clock';
import type { RpcServer } from '@scanlink/protocol/rpc/rpc-server';

/** A burst of changes becomes one event. */
const PAUSE_MS = 50;

/** Tells the clients of control.sock and ui.sock what is new. close() is idempotent. */
export class StatusPulse {
  private readonly clock: Clock;
  private readonly status: () => BoxStatus;
  private readonly servers: readonly RpcServer[];
  private pause: Timer | null = null;
  private closed = false;

  constructor(clock: Clock, status: () => BoxStatus, servers: readonly RpcServer[]) {
    this.clock = clock;
    this.status = status;
    this.servers = servers;
  }

  /** Something may have changed. */
  poke(): void {
    if (this.pause || this.closed) return;
    this.pause = this.clock.after(PAUSE_MS, () => {
      this.pause = null;
      const status = this.status();
      for (const server of this.servers) server.broadcast('status', status);
    });
  }

  close(): void {
    this.closed = true;
    this.pause?.cancel();
  }
}
