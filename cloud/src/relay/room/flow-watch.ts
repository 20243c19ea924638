/** Whether a publisher is there and its packets flow. Pure; times in milliseconds of the relay's clock. */
export const FLOW_SILENCE_MS = 300;

export interface FlowState { readonly publisher: boolean; readonly flowing: boolean; readonly sinceMs: number }

/** lastPacketMs: of the present publisher, or null when none came. Returns the same object when nothing changed. */
export function stepFlow(state: FlowState, publisher: boolean, lastPacketMs: number | null, nowMs: number): FlowState {
  const flowing = publisher && lastPacketMs !== null && nowMs - lastPacketMs <= FLOW_SILENCE_MS;
  return publisher === state.publisher && flowing === state.flowing ? state : { publisher, flowing, sinceMs: nowMs };
}
