/**
 * What host and agent say to each other, a JSON object a line. Bytes travel as base64.
 * The host asks, numbering its requests; the agent answers under that number, any number of parts and then one end.
 */
export type AgentRequest =
  /** First after every connection: ends what an earlier one left running. The answer carries the nonce, as lines of before may still be on their way. */
  | { readonly op: 'hello'; readonly nonce: string }
  | { readonly op: 'exec'; readonly argv: readonly string[]; readonly cwd?: string; readonly env?: Readonly<Record<string, string>>; readonly stdin?: string; readonly timeoutMs: number }
  /** To the process group of a running exec. */
  | { readonly op: 'kill'; readonly target: number; readonly signal: NodeJS.Signals }
  | { readonly op: 'write'; readonly path: string; readonly mode: number; readonly data: string; readonly append: boolean }
  | { readonly op: 'read'; readonly path: string };

export type AgentPart = { readonly id: number; readonly stdout: string } | { readonly id: number; readonly stderr: string } | { readonly id: number; readonly data: string };

/** exec ends with code or signal; timedOut: it was killed at its deadline. */
export interface ExecEnd { readonly code: number | null; readonly signal: string | null; readonly timedOut: boolean }
export interface HelloEnd { readonly nonce: string; readonly bootId: string; readonly kernel: string }

export type AgentEnd = { readonly id: number; readonly ok: HelloEnd | ExecEnd | Record<string, never> } | { readonly id: number; readonly error: string };

/** Of file content in one line. */
export const CHUNK_BYTES = 48 * 1024;
