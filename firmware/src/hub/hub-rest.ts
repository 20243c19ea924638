import { AppError, readErrorBody, SessionPutResultSchema, type SessionPut } from '@scanlink/protocol';
import { createReader } from '@scanlink/protocol/check';

const REQUEST_TIMEOUT_MS = 3000;
const MAX_ANSWER_BYTES = 65_536;
const readPutResult = createReader(SessionPutResultSchema);

export interface HubRestOptions { readonly hubUrl: string; readonly token: string; readonly fetch?: typeof fetch }

/** The hub's HTTP as the box uses it; one call each, no retries. Redirects are not followed: the token stays with the hub. */
export class HubRest {
  private readonly options: HubRestOptions;

  constructor(options: HubRestOptions) {
    this.options = options;
  }

  /**
   * Makes the session known; the same again changes nothing.
   * @returns absolute address for WHIP.
   * @throws STR_HUB_UNREACHABLE, or the hub's own error (HUB_...).
   */
  async putSession(sessionId: string, body: SessionPut, signal: AbortSignal): Promise<string> {
    const { value: answer } = readPutResult(await this.call('PUT', `/api/v1/sessions/${sessionId}`, body, signal));
    const url = new URL(answer.whipPath, `${this.options.hubUrl}/`);
    // A path is what was agreed: an answer must not send the token elsewhere.
    if (url.origin !== new URL(this.options.hubUrl).origin) throw new AppError('STR_REDIRECT_REFUSED');
    return url.href;
  }

  /** Ends the session. @throws as putSession. */
  async endSession(sessionId: string, signal: AbortSignal): Promise<void> {
    await this.call('POST', `/api/v1/sessions/${sessionId}/end`, {}, signal);
  }

  private async call(method: string, path: string, body: unknown, signal: AbortSignal): Promise<unknown> {
    const { hubUrl, token } = this.options;
    let response: Response;
    let text: string;
    try {
      response = await (this.options.fetch ?? fetch)(`${hubUrl}${path}`, {
        method, body: JSON.stringify(body), redirect: 'manual', signal: AbortSignal.any([signal, AbortSignal.timeout(REQUEST_TIMEOUT_MS)]),
        headers: { authorization: `Bearer ${token}`, 'content-type': 'application/json' },
      });
      text = await response.text();
    } catch (cause) {
      const code = ((cause as Error).cause as NodeJS.ErrnoException | undefined)?.code;
      throw new AppError('STR_HUB_UNREACHABLE', { detail: code ?? (cause as Error).name });
    }
    if (text.length > MAX_ANSWER_BYTES) throw new AppError('STR_HUB_UNREACHABLE', { detail: 'answer too long' });
    if (!response.ok) throw toHubError(response.status, text);
    return text === '' ? null : parseJson(text);
  }
}

function toHubError(status: number, text: string): AppError {
  const said = readErrorBody(text);
  if (said) return said;
  if (status === 401) return new AppError('HUB_NO_TOKEN');
  if (status === 403) return new AppError('HUB_WRONG_TOKEN');
  // A proxy's page, or a hub that is just starting.
  return new AppError('STR_HUB_UNREACHABLE', { detail: `HTTP ${status}` });
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    throw new AppError('STR_HUB_UNREACHABLE', { detail: 'answer is not JSON' });
  }
}
