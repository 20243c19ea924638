import { catalogue, type ErrorCode } from './catalogue.ts';
import { translateDetail } from './details/translate.ts';

/** Values that fill the `{placeholders}` of a catalogue text. Never a patient's name or identifier, never a secret. */
export type ErrorContext = Readonly<Record<string, string | number | boolean | null | undefined>>;

/** An error as it travels over a socket or HTTP; both languages, so that the reader's side needs no catalogue (AppError.fromBody). */
export interface ErrorBody {
  readonly code: string;
  readonly message: string;
  readonly messageZh: string;
  readonly retryable: boolean;
  readonly context?: ErrorContext;
}

/** What a reader needs of an ErrorBody: another release may have left out, or added, the rest. */
export type ForeignErrorBody = Pick<ErrorBody, 'code' | 'message'> & { readonly messageZh?: string; readonly retryable?: boolean; readonly context?: unknown };

/** Longest words of another side that travel on. */
const MAX_WORDS = 500;

/**
 * The one error class of ScanLink. `code` is of the catalogue and never reused.
 * Source of the families: docs/ERRORS.md (generated from the catalogue).
 */
export class AppError extends Error {
  readonly code: ErrorCode;
  readonly context: ErrorContext;
  readonly retryable: boolean;
  private readonly messageZh: string;

  constructor(code: ErrorCode, context: ErrorContext = {}, options: { cause?: unknown } = {}) {
    super(fill(catalogue[code].en, context), options);
    this.name = 'AppError';
    this.code = code;
    this.context = context;
    this.retryable = catalogue[code].retryable;
    this.messageZh = fill(catalogue[code].zh, typeof context['detail'] === 'string' ? { ...context, detail: translateDetail(context['detail']) } : context);
  }

  /**
   * Another side's error as it was said: its words in both languages, and its code, also one that only a later release
   * knows (`code` then holds a text outside ErrorCode; compare it, do not look it up).
   */
  static fromBody(body: ForeignErrorBody): AppError {
    const known = Object.hasOwn(catalogue, body.code);
    const error = new AppError(known ? body.code as ErrorCode : 'BUG_UNEXPECTED', flatten(body.context));
    const message = body.message.slice(0, MAX_WORDS);
    const said = { code: body.code.slice(0, 64), message, messageZh: (body.messageZh ?? body.message).slice(0, MAX_WORDS), retryable: body.retryable ?? (known && error.retryable) };
    return Object.assign(error, said);
  }

  /** HTTP status of this error at the hub; 500 where the catalogue names none. */
  get httpStatus(): number {
    return Object.hasOwn(catalogue, this.code) ? catalogue[this.code].http ?? 500 : 500;
  }

  toBody(): ErrorBody {
    return {
      code: this.code,
      message: this.message,
      messageZh: this.messageZh,
      retryable: this.retryable,
      context: this.context,
    };
  }
}

/** Any thrown value as an AppError: one that is none becomes BUG_UNEXPECTED with the cause kept. */
export function toAppError(thrown: unknown): AppError {
  if (thrown instanceof AppError) return thrown;
  const detail = thrown instanceof Error ? thrown.message : String(thrown);
  return new AppError('BUG_UNEXPECTED', { detail }, { cause: thrown });
}

/**
 * The error body of an HTTP answer; null when there is none (a proxy's page). Lenient: what is more than expected is left out.
 */
export function readErrorBody(text: string): AppError | null {
  try {
    const value = JSON.parse(text) as Partial<Record<keyof ErrorBody, unknown>> | null;
    if (typeof value?.code !== 'string' || !/^[A-Z][A-Z0-9_]{2,63}$/.test(value.code) || typeof value.message !== 'string') return null;
    return AppError.fromBody({
      code: value.code, message: value.message, context: value.context,
      ...(typeof value.messageZh === 'string' ? { messageZh: value.messageZh } : {}), ...(typeof value.retryable === 'boolean' ? { retryable: value.retryable } : {}),
    });
  } catch {
    return null;
  }
}

/** Only plain values of a foreign body travel on into texts. */
function flatten(context: unknown): ErrorContext {
  if (typeof context !== 'object' || context === null) return {};
  return Object.fromEntries(Object.entries(context).filter(([, value]) => ['string', 'number', 'boolean'].includes(typeof value)).map(([key, value]) => [key, typeof value === 'string' ? value.slice(0, 200) : value as number | boolean]));
}

function fill(template: string, context: ErrorContext): string {
  return template.replace(/\{(\w+)\}/g, (whole, key: string) => {
    const value = context[key];
    return value === undefined ? whole : String(value);
  });
}
