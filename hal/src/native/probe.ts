/**
 * What scanlink_probe.node offers: looking at what a driver delivers, for the contract suite and the bench. No part of the
 * product; like the simulated console it is absent from a production image.
 */
import type { CaptureHandle } from '../capture/capture.ts';
import type { SignalState } from '@scanlink/protocol';
import { loadAddon } from './load-addon.ts';

/** Frame metadata seen by a probe: for the contract suite and diagnostics. */
export interface ProbedFrame {
  readonly sequence: number;
  readonly timestampUs: number;
  readonly timestampSource: string;
  readonly widthPx: number;
  readonly heightPx: number;
  readonly strideBytes: number;
  readonly pixelFormat: string;
  readonly field: string;
  readonly matrix: string;
  readonly range: string;
  /** 64-bit FNV-1a over the rows' meaningful bytes. */
  readonly hash: bigint;
  /** A copy of plane 0 when asked for. */
  readonly data?: Buffer;
}
export interface ProbedSignal { readonly state: SignalState; readonly timing: string; readonly detail: string; readonly sinceUs: number }

export interface Probe {
  /** What came since the last call, oldest first; the probe keeps the newest 256 frames' metadata. */
  takeFrames(): ProbedFrame[];
  takeSignals(): ProbedSignal[];
  /** Holds n frames without releasing them, to test the driver's behaviour; 0 releases. */
  hold(n: number): void;
  close(): void;
}

export interface NativeProbes {
  createProbe(handle: CaptureHandle, options?: { copy?: boolean }): Probe;
  /** A source without a signal whose stop takes stopMs: for tests of closing. stopping: that is under way. */
  createSlowSource(stopMs: number): { readonly handle: CaptureHandle; stopping(): boolean };
}

/** @throws NAT_ADDON_MISSING when it is not built. Errors of its calls carry `code` NAT_BAD_ARGUMENT. */
export const loadProbes = (): NativeProbes => loadAddon('scanlink_probe.node') as NativeProbes;
