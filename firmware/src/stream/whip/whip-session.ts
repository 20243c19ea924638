import { AppError, toAppError, type PublishTarget } from '@scanlink/protocol';
import type { Logger } from '@scanlink/protocol/lib/logger';
import type { IceServer } from './link-header.ts';
import { WhipClient, type WhipAnswer, type WhipResource } from './whip-client.ts';

export type WhipTarget = Pick<PublishTarget, 'whipUrl' | 'token' | 'allowedRedirectHosts'>;

/** Longest wait for one DELETE (more on a far path): the end of a session does not hang on a hub that is away. */
const DELETE_TIMEOUT_MS = 1000;
/** Resources that are still to be ended; a server makes no more of them in the time that it keeps one. */
const MAX_STALE = 8;
/** A server that took us before and now says "in use" is asked again this often for a minute: it has yet to notice the loss. */
const IN_USE_RETRY_MS = 2000;
const MAX_IN_USE_RETRIES = 30;

/**
 * The WHIP resources of one publisher: the one in use, and earlier ones that are still to be ended. Earlier ones are
 * ended beside the stream, never before it: our hub hands a session over to a new POST of the same box by itself.
 */
export class WhipSession {
  /** ICE servers that the server named last; the next connection uses them (this one was made before they were known). */
  iceServers: readonly IceServer[] = [];
  private readonly logger: Logger;
  private target: WhipTarget;
  private resource: WhipResource | null = null;
  private readonly stale = new Set<string>();
  private wasTaken: boolean;
  private inUseRetries = 0;

  constructor(target: WhipTarget, previousLocation: string | null, logger: Logger) {
    this.target = target;
    this.logger = logger;
    this.wasTaken = previousLocation !== null;
    if (previousLocation !== null) this.stale.add(previousLocation);
  }

  get location(): string | null {
    return this.resource?.url ?? null;
  }

  /** Token and hosts for the requests to come. */
  retarget(target: WhipTarget): void {
    this.target = target;
  }

  /**
   * POSTs an offer. A server that takes one stream only (409, or 403 as of simple-whip-server) while ours is still there
   * gets the old one ended first; until it has noticed, its refusal is retryable.
   * @throws as WhipClient.post.
   */
  async post(offer: string, signal: AbortSignal): Promise<WhipAnswer> {
    this.retire();
    try {
      return this.take(await this.client().post(offer, signal));
    } catch (thrown) {
      if (!isInUse(toAppError(thrown)) || !this.wasTaken) throw thrown;
    }
    await this.endStale(DELETE_TIMEOUT_MS);
    try {
      return this.take(await this.client().post(offer, signal));
    } catch (thrown) {
      const error = toAppError(thrown);
      this.inUseRetries += 1;
      if (!isInUse(error) || this.inUseRetries > MAX_IN_USE_RETRIES) throw error;
      throw AppError.fromBody({ ...error.toBody(), retryable: true, context: { ...error.context, retryAfterMs: IN_USE_RETRY_MS } });
    }
  }

  /** Late candidates; a server without PATCH is no failure. */
  async trickle(fragment: string): Promise<void> {
    if (!this.resource) return;
    try {
      const taken = await this.client().patch(this.resource, fragment);
      if (!taken) this.logger.debug('server takes no trickled candidates');
    } catch (thrown) {
      this.logger.debug({ code: toAppError(thrown).code }, 'candidates not sent');
    }
  }

  /** The present resource is no longer ours to use; it is ended with the next occasion. */
  retire(): void {
    if (this.resource) this.keepStale(this.resource.url);
    this.resource = null;
  }

  /** Ends every resource, each within a second; failures are logged and left to the server's own time-out. */
  async end(): Promise<void> {
    this.retire();
    await this.endStale(DELETE_TIMEOUT_MS);
  }

  private take(answer: WhipAnswer): WhipAnswer {
    this.resource = answer.resource;
    this.iceServers = answer.iceServers;
    this.wasTaken = true;
    this.inUseRetries = 0;
    this.stale.delete(answer.resource.url);
    void this.endStale(DELETE_TIMEOUT_MS);
    return answer;
  }

  private async endStale(timeoutMs: number): Promise<void> {
    const urls = [...this.stale];
    this.stale.clear();
    const client = this.client();
    await Promise.all(urls.map(async (url) => {
      try {
        await client.delete(url, timeoutMs);
      } catch (thrown) {
        const error = toAppError(thrown);
        // Tried again with the next occasion, unless the server means it.
        if (error.retryable) this.keepStale(url);
        this.logger.info({ code: error.code }, 'an earlier stream could not be ended');
      }
    }));
  }

  private keepStale(url: string): void {
    this.stale.add(url);
    for (const oldest of this.stale) if (this.stale.size > MAX_STALE) this.stale.delete(oldest);
  }

  private client(): WhipClient {
    return new WhipClient({ endpoint: this.target.whipUrl, token: this.target.token, allowedRedirectHosts: this.target.allowedRedirectHosts });
  }
}

/** "Another stream is there": 409 by RFC 9725, 403 by simple-whip-server. */
function isInUse(error: AppError): boolean {
  const { status } = error.context;
  return error.code === 'HUB_SECOND_PUBLISHER' || (error.code === 'STR_WHIP_REFUSED' && (status === 409 || status === 403));
}
