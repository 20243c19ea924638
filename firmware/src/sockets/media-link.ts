import { AppError, MediaReportSchema, type ErrorBody, type MediaDesired, type MediaReport } from '@scanlink/protocol';
import type { Socket } from 'node:net';
import type { Static, TSchema } from 'typebox';
import type { Clock, Timer } from '@scanlink/protocol/lib/clock';
import type { Logger } from '@scanlink/protocol/lib/logger';
import { rpcMethod, type RpcPeer } from '@scanlink/protocol/rpc/rpc-peer';
import { RpcServer } from '@scanlink/protocol/rpc/rpc-server';

/** media reports once a second; one that is silent for this long hangs, and its connection is ended. */
const REPORT_SILENCE_MS = 10_000;

export interface MediaLinkOptions {
  readonly path: string;
  /** Whose services may be media besides our own user; null: nobody. */
  readonly group: number | null;
  readonly admit: (socket: Socket) => AppError | null;
  readonly clock: Clock;
  readonly logger: Logger;
  /** The whole wish, asked again whenever it is sent. */
  readonly desired: () => MediaDesired;
  readonly onReport: (report: MediaReport) => void;
  readonly onGone: () => void;
}
export interface MediaStatus { readonly connected: boolean; readonly pid: number | null; readonly restarts: number }

/**
 * media.sock: tells `media` what is wanted, whole each time, and hears its reports. The newest client is the one;
 * an older one is told to exit. start() once; close() is idempotent and leaves media running: a successor of this
 * process takes it over.
 */
export class MediaLink {
  private readonly options: MediaLinkOptions;
  private readonly server: RpcServer;
  private client: RpcPeer | null = null;
  private newest: MediaReport | null = null;
  private told = '';
  private pid: number | null = null;
  private restarts = 0;
  private silence: Timer | null = null;

  constructor(options: MediaLinkOptions) {
    this.options = options;
    this.server = new RpcServer({
      path: options.path, ...(options.group === null ? { mode: 0o600 } : { mode: 0o660, group: options.group }), admit: options.admit,
      onRefused: (reason) => options.logger.warn({ code: reason.code, detail: reason.message }, 'peer refused'), clock: options.clock, maxClients: 4,
      methods: { report: rpcMethod(MediaReportSchema, (report, peer) => this.hear(report, peer)) },
      snapshot: () => this.tell(),
      onClient: (peer, name) => this.welcome(peer, name),
      onClientGone: (peer, reason) => this.part(peer, reason),
    });
  }

  async start(): Promise<void> {
    await this.server.start();
  }

  get status(): MediaStatus {
    return { connected: this.client !== null, pid: this.client ? this.pid : null, restarts: this.restarts };
  }

  /** What media last said; null while it is away. */
  get report(): MediaReport | null {
    return this.newest;
  }

  /** The wish may have changed: media hears of it when it has. */
  announce(): void {
    const before = this.told;
    const desired = this.tell();
    if (this.told !== before) this.server.broadcast('desired', desired);
  }

  /** @throws STR_MEDIA_DOWN while media is away; what media throws; STR_RPC_TIMEOUT. */
  async request<S extends TSchema>(method: string, params: unknown, result: S): Promise<Static<S>> {
    if (!this.client) throw new AppError('STR_MEDIA_DOWN');
    return await this.client.request(method, params, result);
  }

  async close(): Promise<void> {
    this.silence?.cancel();
    await this.server.close();
  }

  private tell(): MediaDesired {
    const desired = this.options.desired();
    // A WHIP resource that became known is no change of the wish.
    this.told = JSON.stringify({ ...desired, publish: desired.publish && { ...desired.publish, previousLocation: null } });
    return desired;
  }

  private welcome(peer: RpcPeer, name: string): void {
    const older = this.client;
    this.client = peer;
    this.newest = null;
    this.watch();
    this.options.logger.info({ client: name }, 'media connected');
    if (!older) return;
    this.options.logger.warn({}, 'a second media connected; the older one is told to exit');
    older.request('exit', {}).catch(() => {}).finally(() => older.close());
    this.options.onGone();
  }

  private part(peer: RpcPeer, reason: ErrorBody | null): void {
    if (peer !== this.client) return;
    this.client = null;
    this.newest = null;
    this.silence?.cancel();
    this.options.logger.warn({ pid: this.pid, ...(reason ? { code: reason.code } : {}) }, 'media gone');
    this.options.onGone();
  }

  private hear(report: MediaReport, peer: RpcPeer): void {
    if (peer !== this.client) return;
    if (this.pid !== null && this.pid !== report.pid) this.restarts += 1;
    this.pid = report.pid;
    this.newest = report;
    this.watch();
    this.options.onReport(report);
  }

  private watch(): void {
    this.silence?.cancel();
    const watched = this.client;
    this.silence = this.options.clock.after(REPORT_SILENCE_MS, () => watched?.drop(new AppError('STR_RPC_TIMEOUT', { method: 'report', timeoutMs: REPORT_SILENCE_MS })));
  }
}
