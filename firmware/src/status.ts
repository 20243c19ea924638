import type { AppError, BoxStatus, BoxTrouble, EncoderSpec, LiveState, MediaDesired, MediaReport } from '@scanlink/protocol';
import { join } from 'node:path';
import { describeNewer, isInsecure } from './config/config.ts';
import type { BoxConfig } from './config/schema.ts';
import type { HubStatus } from './hub/control-client.ts';
import { toErrorView } from '@scanlink/protocol/rpc/rpc-message';
import { toPublished, toSessionView, type Machine } from './session/session.ts';
import type { MediaStatus } from './sockets/media-link.ts';

/** Everything that the box's state is told from. Pure functions of it follow. */
export interface Parts {
  readonly config: BoxConfig;
  readonly version: string;
  readonly startedMs: number;
  readonly machine: Machine;
  readonly media: MediaStatus;
  readonly report: MediaReport | null;
  readonly hub: HubStatus;
  readonly storeError: AppError | null;
  readonly captureError: AppError | null;
}

/** The box as control.sock and ui.sock show it. */
export function toBoxStatus({ config, version, startedMs, machine, media, report, hub, storeError, captureError }: Parts): BoxStatus {
  const newer = describeNewer(config);
  const farEnd = config.whip?.url ?? config.hubUrl;
  return {
    boxId: config.boxId, room: config.room, version, startedMs,
    exam: machine.state === 'idle' ? null : { examId: machine.session.examId, openedMs: machine.session.examOpenedMs },
    session: toSessionView(machine),
    media,
    hub: {
      connected: hub.connected, sinceMs: hub.sinceMs, host: new URL(farEnd).host, relayEpoch: hub.relayEpoch, clockOffsetMs: hub.clockOffsetMs, ignored: hub.ignored,
      ...(config.whip ? { foreign: true } : {}), ...(isInsecure(farEnd) ? { insecure: true } : {}),
      ...(hub.viewers === null ? {} : { viewers: hub.viewers }),
      ...(hub.error ? { error: toErrorView(hub.error.toBody()) } : {}),
    },
    inputs: report?.inputs ?? [],
    // One that media is still ending belongs to no session that anybody has.
    publisher: machine.state !== 'idle' && report?.publisher?.sessionId === machine.session.sessionId ? report.publisher : null,
    ...(newer ? { configWarning: toErrorView(newer.toBody()) } : {}),
    ...(captureError ? { captureError: toErrorView(captureError.toBody()) } : {}),
    ...(storeError ? { storeError: toErrorView(storeError.toBody()) } : {}),
  };
}

/** What the hub may know of running sessions. */
export function toLiveStates({ machine, report }: Pick<Parts, 'machine' | 'report'>): LiveState[] {
  if (machine.state === 'idle') return [];
  const { sessionId, input } = machine.session;
  const publisher = report?.publisher?.sessionId === sessionId ? report.publisher : null;
  // The WHIP resource is the publisher's own business; the hub shows this state to viewers.
  return [{ sessionId, sessionState: machine.state, input: report?.inputs.find((each) => each.name === input) ?? null, publisher: publisher && { ...publisher, location: null } }];
}

/** What the hub may know of the store. */
export function toTrouble({ storeError }: Pick<Parts, 'storeError'>): BoxTrouble | null {
  if (!storeError) return null;
  const { code, message, messageZh } = storeError.toBody();
  return { code, message, messageZh };
}

/** Folder of the preview files, which `ui` reads: apart from the sockets, as on a box it is media's. */
export function previewDirOf({ runDir }: Pick<BoxConfig, 'runDir'>): string {
  return join(runDir, 'preview');
}

/** What media shall do. */
export function toMediaDesired(config: BoxConfig, token: string, machine: Machine, encoder: EncoderSpec): MediaDesired {
  const base = { inputs: config.inputs, encoder, previewDir: previewDirOf(config), stillDir: join(config.dataDir, 'stills') };
  const published = toPublished(machine);
  if (!published) return { ...base, publish: null };
  const { announced, session: { sessionId, code, input, location } } = published;
  return {
    ...base,
    publish: {
      sessionId, sessionCode: code, input, whipUrl: announced.whipUrl, token, clockChannel: announced.clockChannel, previousLocation: location,
      bitrateKbps: config.bitrateKbps, profile: config.profile, playoutDelayZero: config.playoutDelayZero, stripHostCandidates: config.stripHostCandidates,
      allowedRedirectHosts: config.allowedRedirectHosts, iceServers: config.iceServers, useNamedIceServers: config.useHubIceServers,
    },
  };
}
