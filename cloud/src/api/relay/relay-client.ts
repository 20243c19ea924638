import { request } from 'node:http';
import { AppError, ErrorBodySchema, PeerResultSchema, RelayStatsSchema, type ErrorBody, type PatchCall, type PeerResult, type PublishCall, type RelayStats, type ViewCall } from '@scanlink/protocol';
import { Compile } from 'typebox/compile';
import { OFFER_LIMITS_MS } from '@scanlink/protocol/hub/path-limits';
import { createCheck } from '@scanlink/protocol/check';

/** publish: what a box sends; view: what a viewer receives. */
export type RelayKind = 'publish' | 'view';

/** The relay's own refusal, to be passed on with its status. */
export class RelayRefusal extends Error {
  readonly status: number;
  readonly body: ErrorBody;

  constructor(status: number, body: ErrorBody) {
    super(body.message);
    this.name = 'RelayRefusal';
    this.status = status;
    this.body = body;
  }
}

const checkPeerResult = createCheck(PeerResultSchema, 'BUG_UNEXPECTED');
const checkStats = createCheck(RelayStatsSchema, 'BUG_UNEXPECTED');
const errorBody = Compile(ErrorBodySchema);
const MAX_ANSWER_BYTES = 4_194_304;

/**
 * Calls of protocol/src/hub/relay-rpc.ts on relay.sock. A connection per call: a kept one would break when the relay
 * is restarted, and on a unix socket a new one costs nothing that matters.
 * Every call throws HUB_RELAY_DOWN when the relay cannot be reached in time, RelayRefusal when it says no.
 */
export class RelayClient {
  private readonly socketPath: string;
  private readonly timeoutMs: number;

  constructor(options: { readonly socketPath: string; readonly timeoutMs?: number }) {
    this.socketPath = options.socketPath;
    this.timeoutMs = options.timeoutMs ?? OFFER_LIMITS_MS.relay;
  }

  async publish(sessionId: string, call: PublishCall): Promise<PeerResult> {
    return checkPeerResult(await this.call('POST', `/publish/${sessionId}`, call));
  }

  async view(sessionId: string, call: ViewCall): Promise<PeerResult> {
    return checkPeerResult(await this.call('POST', `/view/${sessionId}`, call));
  }

  async patch(kind: RelayKind, sessionId: string, resourceId: string, call: PatchCall): Promise<void> {
    await this.call('PATCH', `/${kind}/${sessionId}/${encodeURIComponent(resourceId)}`, call);
  }

  async removePublisher(sessionId: string, resourceId: string): Promise<void> {
    await this.call('DELETE', `/publish/${sessionId}/${encodeURIComponent(resourceId)}`);
  }

  /** linkId: of the link that opened it; another one is refused with 403. */
  async removeViewer(sessionId: string, resourceId: string, linkId: string): Promise<void> {
    await this.call('DELETE', `/view/${sessionId}/${encodeURIComponent(resourceId)}/${linkId}`);
  }

  /** Ends all viewers of a link and bars it for the relay's epoch. Returning is the relay's confirmation. */
  async endLink(linkId: string): Promise<void> {
    await this.call('DELETE', `/link/${linkId}`);
  }

  /** Ends what a box publishes, in whatever session. */
  async endBox(boxId: string): Promise<void> {
    await this.call('DELETE', `/box/${encodeURIComponent(boxId)}`);
  }

  /** Ends publisher and viewers of a session. */
  async endSession(sessionId: string): Promise<void> {
    await this.call('DELETE', `/session/${sessionId}`);
  }

  async stats(timeoutMs = this.timeoutMs): Promise<RelayStats> {
    return checkStats(await this.call('GET', '/stats', undefined, timeoutMs));
  }

  private async call(method: string, path: string, body?: unknown, timeoutMs = this.timeoutMs): Promise<unknown> {
    const answer = await this.exchange(method, path, body, timeoutMs);
    if (answer.status >= 200 && answer.status < 300) return answer.value;
    if ((answer.status < 500 || isRefusal(answer.value)) && errorBody.Check(answer.value)) throw new RelayRefusal(answer.status, answer.value as ErrorBody);
    if (answer.status === 503) throw new AppError('HUB_RELAY_DOWN');
    throw new AppError('BUG_UNEXPECTED', { detail: `relay answered ${answer.status} to ${method}` });
  }

  private exchange(method: string, path: string, body: unknown, timeoutMs: number): Promise<{ status: number; value: unknown }> {
    return new Promise((resolve, reject) => {
      const fail = (cause: unknown): void => reject(new AppError('HUB_RELAY_DOWN', {}, { cause }));
      const text = body === undefined ? undefined : JSON.stringify(body);
      const headers = text === undefined ? {} : { 'content-type': 'application/json', 'content-length': Buffer.byteLength(text) };
      const outgoing = request({ socketPath: this.socketPath, path, method, headers, agent: false, signal: AbortSignal.timeout(timeoutMs) }, (incoming) => {
        const chunks: Buffer[] = [];
        let bytes = 0;
        incoming.on('data', (chunk: Buffer) => {
          bytes += chunk.length;
          if (bytes > MAX_ANSWER_BYTES) outgoing.destroy(new Error('answer too large'));
          else chunks.push(chunk);
        });
        incoming.on('error', fail);
        incoming.on('end', () => {
          try {
            const answerText = Buffer.concat(chunks).toString('utf8');
            resolve({ status: incoming.statusCode ?? 0, value: answerText === '' ? null : JSON.parse(answerText) });
          } catch (error) {
            reject(new AppError('BUG_UNEXPECTED', { detail: 'relay answer is not JSON' }, { cause: error }));
          }
        });
      });
      outgoing.on('error', fail);
      outgoing.end(text);
    });
  }
}

/** A relay that serves and has no room is not one that is away. */
function isRefusal(value: unknown): boolean {
  return (value as { code?: unknown } | null)?.code === 'HUB_RELAY_FULL';
}
