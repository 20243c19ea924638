/** One line of the error catalogue. `en` and `zh` may hold `{placeholders}` that the error's context fills. */
export interface ErrorEntry {
  readonly en: string;
  readonly zh: string;
  /** True when the same call may succeed later without anybody changing anything. */
  readonly retryable: boolean;
  /** HTTP status at the hub, where the error can reach a client there. */
  readonly http?: number;
}
