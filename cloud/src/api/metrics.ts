import type { RelayStats } from '@scanlink/protocol';
import { hashToken } from './auth/token-hash.ts';
import { collectDefaultMetrics, Counter, Gauge, Histogram, Registry } from 'prom-client';

export interface MetricsSources {
  readonly viewings: () => number;
  /** Ends of which the relay was told and that it has not confirmed. */
  readonly unconfirmedEnds: () => number;
  readonly storeOk: () => boolean;
  readonly storeFull: () => boolean;
  /** A damaged store was moved aside when this process started. */
  readonly storeSetAside: () => boolean;
  readonly boxesConnected: () => number;
  /** That say of their own store that it is damaged, full, or not kept. */
  readonly boxesInTrouble: () => number;
  readonly eventStreams: () => number;
  readonly openSessions: () => number;
  /** null while the relay is away. */
  readonly relayStats: () => Promise<RelayStats | null>;
}

type SessionStats = RelayStats['sessions'][number];
/** Name, words, and where in the relay's statistics the number is. Counters of the relay start anew with its epoch. */
const RELAY_NUMBERS: readonly (readonly [string, string, (session: SessionStats) => number])[] = [
  ['publisher', 'a publisher is connected (0 or 1)', (session) => Number(session.publisher)],
  ['flowing', 'packets come in (0 or 1)', (session) => Number(session.flowing)],
  ['viewers', 'connected viewers', (session) => session.viewers],
  ['packets_in', 'RTP packets from the publisher', (session) => session.packetsIn],
  ['bytes_in', 'RTP bytes from the publisher', (session) => session.bytesIn],
  ['packets_lost', 'packets lost on the way up, for good', (session) => session.packetsLost],
  ['packets_recovered', 'packets that a repeat brought', (session) => session.packetsRecovered],
  ['nacks_sent', 'repeats asked of the publisher', (session) => session.nacksSent],
  ['plis_sent', 'key frames asked of the publisher', (session) => session.plisSent],
  ['packets_out', 'RTP packets to viewers', (session) => session.packetsOut],
  ['bytes_out', 'RTP bytes to viewers', (session) => session.bytesOut],
  ['retransmitted', 'packets repeated to viewers', (session) => session.retransmitted],
  ['key_frames', 'key frames seen', (session) => session.keyFrames],
];

/** Prometheus text of the hub. Labels hold routes and a session's short hash: an id is part of what a viewer is told, no more. */
export class HubMetrics {
  private readonly registry = new Registry();
  private readonly requests: Counter<'method' | 'route' | 'status'>;
  private readonly durations: Histogram<'route'>;
  private readonly errors: Counter<'code'>;
  private readonly ignored: Counter;
  private readonly relayUp: Gauge;
  private readonly relayGauges: readonly { readonly gauge: Gauge<'session'>; readonly read: (session: SessionStats) => number }[];
  private readonly sources: MetricsSources;

  constructor(sources: MetricsSources) {
    this.sources = sources;
    const registers = [this.registry];
    collectDefaultMetrics({ register: this.registry });
    this.requests = new Counter({ name: 'scanlink_hub_http_requests_total', help: 'HTTP answers', labelNames: ['method', 'route', 'status'], registers });
    this.durations = new Histogram({ name: 'scanlink_hub_http_seconds', help: 'time to answer, seconds', labelNames: ['route'], buckets: [0.001, 0.005, 0.01, 0.05, 0.1, 0.5, 1, 5], registers });
    this.errors = new Counter({ name: 'scanlink_hub_errors_total', help: 'refusals and failures by code', labelNames: ['code'], registers });
    this.ignored = new Counter({ name: 'scanlink_hub_ignored_total', help: 'fields, values and messages of a later release that were passed over', registers });
    this.relayUp = new Gauge({ name: 'scanlink_hub_relay_up', help: 'the media relay answers (0 or 1)', registers });
    const gauge = (name: string, help: string, read: () => number | Promise<number>): Gauge => new Gauge({ name, help, registers, async collect() { this.set(await read()); } });
    gauge('scanlink_hub_boxes_connected', 'boxes whose control channel is alive', sources.boxesConnected);
    gauge('scanlink_hub_boxes_in_trouble', 'boxes that say something is wrong with their store', sources.boxesInTrouble);
    gauge('scanlink_hub_event_streams', 'open event streams of viewer pages', sources.eventStreams);
    gauge('scanlink_hub_sessions_open', 'sessions that have not ended', sources.openSessions);
    gauge('scanlink_hub_viewings', 'WHEP resources that links hold', sources.viewings);
    gauge('scanlink_hub_unconfirmed_ends', 'ends that the relay has not confirmed yet', sources.unconfirmedEnds);
    gauge('scanlink_hub_store_ok', 'the store answers (0 or 1)', () => Number(sources.storeOk()));
    gauge('scanlink_hub_store_full', 'the disk is full (0 or 1)', () => Number(sources.storeFull()));
    gauge('scanlink_hub_store_set_aside', 'a damaged store was moved aside at the start (0 or 1)', () => Number(sources.storeSetAside()));
    this.relayGauges = RELAY_NUMBERS.map(([name, help, read]) => ({ gauge: new Gauge({ name: `scanlink_relay_session_${name}`, help, labelNames: ['session'] as const, registers }), read }));
  }

  get contentType(): string {
    return this.registry.contentType;
  }

  countRequest(request: { readonly method: string; readonly route: string; readonly status: number; readonly seconds: number; readonly code: string | null }): void {
    this.requests.inc({ method: request.method, route: request.route, status: String(request.status) });
    this.durations.observe({ route: request.route }, request.seconds);
    if (request.code) this.countError(request.code);
  }

  countError(code: string): void {
    this.errors.inc({ code });
  }

  countIgnored(count: number): void {
    this.ignored.inc(count);
  }

  async render(): Promise<string> {
    const stats = await this.sources.relayStats();
    this.relayUp.set(stats ? 1 : 0);
    for (const { gauge, read } of this.relayGauges) {
      gauge.reset();
      for (const session of stats?.sessions ?? []) gauge.set({ session: hashToken(session.sessionId).slice(0, 8) }, read(session));
    }
    return await this.registry.metrics();
  }
}
