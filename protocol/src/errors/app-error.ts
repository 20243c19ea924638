import { catalogue, type ErrorCode } from './catalogue.ts';

/** Values that fill the `{placeholders}` of a catalogue text. Never a patient's name or identifier, never a secret. */
export type ErrorContext = Readonly<Record<string, string | number | boolean | null | undefined>>;

/** An error as it travels over a socket or HTTP; both languages, so that the reader's side needs no catalogue. */
export interface ErrorBody {
  readonly code: string;
  readonly message: string;
  readonly messageZh: string;
  readonly retryable: boolean;
  readonly context?: ErrorContext;
}

/**
 * The one error class of ScanLink. `code` is of the catalogue and never reused.
 * Source of the families: docs/ERRORS.md (generated from the catalogue).
 */
export class AppError extends Error {
  readonly code: ErrorCode;
  readonly context: ErrorContext;
  readonly retryable: boolean;

  constructor(code: ErrorCode, context: ErrorContext = {}, options: { cause?: unknown } = {}) {
    super(fill(catalogue[code].en, context), options);
    this.name = 'AppError';
    this.code = code;
    this.context = context;
    this.retryable = catalogue[code].retryable;
  }

  /** HTTP status of this error at the hub; 500 where the catalogue names none. */
  get httpStatus(): number {
    return catalogue[this.code].http ?? 500;
  }

  toBody(): ErrorBody {
    return {
      code: this.code,
      message: this.message,
      messageZh: fill(catalogue[this.code].zh, this.context),
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

function fill(template: string, context: ErrorContext): string {
  return template.replace(/\{(\w+)\}/g, (whole, key: string) => {
    const value = context[key];
    return value === undefined ? whole : String(value);
  });
}
