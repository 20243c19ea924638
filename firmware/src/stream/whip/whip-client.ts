import { AppError } from '@scanlink/protocol';
import { OFFER_LIMITS_MS } from '@scanlink/protocol/hub/path-limits';
import { sendHttp, type HttpAnswer, type HttpCall } from '../../lib/http-request.ts';
import { parseIceServers, type IceServer } from './link-header.ts';
import { readRefusal } from './whip-refusal.ts';

export interface WhipClientOptions {
  readonly endpoint: string;
  /** Bearer; a secret. Empty: none is sent. */
  readonly token: string;
  /** Hosts beside the endpoint's own that may get the token after a redirect: `name:port`, or `name` for the scheme's own port. */
  readonly allowedRedirectHosts: readonly string[];
  readonly connectTimeoutMs?: number;
  readonly timeoutMs?: number;
}
/** rttMs: round trip to the server, as TCP met it. */
export interface WhipAnswer { readonly sdp: string; readonly resource: WhipResource; readonly iceServers: readonly IceServer[]; readonly rttMs: number }
/** What a WHIP server made for us. url: absolute, by Location relative to the URL that answered. */
export interface WhipResource { readonly url: string; readonly etag: string | null }

const MAX_REDIRECTS = 5;
const REDIRECTS = new Set([307, 308]);

/**
 * WHIP client, one endpoint. Stateless: a caller keeps the resource. Nothing is retried here (publisher.ts does).
 * Source: RFC 9725.
 */
export class WhipClient {
  private readonly options: WhipClientOptions;
  private readonly ownHost: string;

  constructor(options: WhipClientOptions) {
    this.options = options;
    this.ownHost = new URL(options.endpoint).host;
  }

  /**
   * Asks the endpoint to take a stream.
   * @param offer SDP: sendonly, actpass, bundled. @param signal gives up early.
   * @throws STR_HUB_UNREACHABLE (network, 5xx), STR_WHIP_BUSY (503, 429 with `retryAfterMs`), STR_REDIRECT_REFUSED, a
   * HUB_ code when our hub refused with its error body, STR_WHIP_REFUSED for every other answer.
   */
  async post(offer: string, signal?: AbortSignal): Promise<WhipAnswer> {
    const { answer, url } = await this.send({ method: 'POST', body: offer, type: 'application/sdp', accept: 'application/sdp', ...(signal ? { signal } : {}) }, new URL(this.options.endpoint));
    if (answer.status !== 201) throw readRefusal(answer.status, answer.headers, answer.body);
    const location = answer.headers.location;
    const type = answer.headers['content-type']?.split(';', 1)[0]?.trim().toLowerCase();
    if (type !== 'application/sdp') throw new AppError('STR_WHIP_REFUSED', { status: 201, detail: 'the answer is no SDP' });
    if (!location) throw new AppError('STR_WHIP_REFUSED', { status: 201, detail: 'the answer names no Location' });
    return {
      sdp: answer.body, rttMs: answer.rttMs, iceServers: parseIceServers(answer.headers.link === undefined ? [] : [answer.headers.link].flat()),
      resource: { url: resolveLocation(location, url), etag: answer.headers.etag ?? null },
    };
  }

  /**
   * Sends further candidates. Tries nothing twice.
   * @returns false when the server does not take them (404, 405, 412, 422, 501): the stream goes on without.
   * @throws STR_HUB_UNREACHABLE, STR_REDIRECT_REFUSED.
   */
  async patch(resource: WhipResource, fragment: string): Promise<boolean> {
    const { answer } = await this.send({ method: 'PATCH', body: fragment, type: 'application/trickle-ice-sdpfrag', ...(resource.etag ? { ifMatch: resource.etag } : {}) }, new URL(resource.url));
    return answer.status === 200 || answer.status === 204;
  }

  /**
   * Ends a resource; one that is gone already counts as ended.
   * @throws STR_HUB_UNREACHABLE, STR_REDIRECT_REFUSED, or the server's refusal.
   */
  async delete(resourceUrl: string, timeoutMs?: number): Promise<void> {
    const { answer } = await this.send({ method: 'DELETE', ...(timeoutMs === undefined ? {} : { timeoutMs }) }, new URL(resourceUrl));
    if (answer.status >= 300 && answer.status !== 404 && answer.status !== 410) throw readRefusal(answer.status, answer.headers, answer.body);
  }

  private async send(what: Sending, start: URL): Promise<{ answer: HttpAnswer; url: URL }> {
    let url = start;
    // The first hop too: a Location of another host must not carry our token away.
    for (let hop = 0; hop <= MAX_REDIRECTS; hop += 1) {
      if (!this.mayGetToken(url)) throw new AppError('STR_REDIRECT_REFUSED');
      const answer = await sendHttp(this.toCall(what, url));
      if (!REDIRECTS.has(answer.status)) return { answer, url };
      if (!answer.headers.location) throw new AppError('STR_WHIP_REFUSED', { status: answer.status, detail: 'redirect without Location' });
      url = new URL(resolveLocation(answer.headers.location, url));
    }
    throw new AppError('STR_WHIP_REFUSED', { status: 308, detail: `more than ${MAX_REDIRECTS} redirects` });
  }

  private toCall(what: Sending, url: URL): HttpCall {
    const headers: Record<string, string> = {};
    if (what.type) headers['content-type'] = what.type;
    if (what.accept) headers['accept'] = what.accept;
    if (what.ifMatch) headers['if-match'] = what.ifMatch;
    if (this.options.token !== '') headers['authorization'] = `Bearer ${this.options.token}`;
    return {
      method: what.method, url, headers, connectTimeoutMs: this.options.connectTimeoutMs ?? 1000, timeoutMs: what.timeoutMs ?? this.options.timeoutMs ?? OFFER_LIMITS_MS.caller,
      ...(what.body === undefined ? {} : { body: what.body }), ...(what.signal ? { signal: what.signal } : {}),
    };
  }

  /** Own host and allowed ones; never from https to http. */
  private mayGetToken(url: URL): boolean {
    const endpoint = new URL(this.options.endpoint);
    if (url.protocol !== 'https:' && url.protocol !== 'http:') return false;
    if (endpoint.protocol === 'https:' && url.protocol !== 'https:') return false;
    return url.host === this.ownHost || this.options.allowedRedirectHosts.some((host) => isHost(host, url));
  }
}

/** A host name without a port means the port of the scheme, no other one. */
function isHost(allowed: string, url: URL): boolean {
  const parsed = URL.canParse(`${url.protocol}//${allowed}`) ? new URL(`${url.protocol}//${allowed}`) : null;
  return parsed !== null && parsed.host === url.host;
}

interface Sending {
  readonly method: HttpCall['method'];
  readonly body?: string;
  readonly type?: string;
  readonly accept?: string;
  readonly ifMatch?: string;
  readonly timeoutMs?: number;
  readonly signal?: AbortSignal;
}

function resolveLocation(location: string, base: URL): string {
  try {
    return new URL(location, base).href;
  } catch (cause) {
    throw new AppError('STR_WHIP_REFUSED', { status: 201, detail: 'Location is no URL' }, { cause });
  }
}

