import type { HeartbeatLimits } from '../run/supervisor/heartbeat-watch.ts';

/** A picture that stands still is seen at once; three beats missed. */
export const MEDIA_LIMITS: HeartbeatLimits = { silentSeconds: 3, startSeconds: 20 };
/** Pictures go on without them, and a slow disk may hold them up for some seconds. */
export const STORE_LIMITS: HeartbeatLimits = { silentSeconds: 10, startSeconds: 20 };

/** Start-up and memory: glibc keeps two arenas, and short-lived objects get a small nursery. */
export const PROCESS_ENV = { MALLOC_ARENA_MAX: '2', NODE_OPTIONS: '--max-semi-space-size=1' } as const;

/** Where the processes of a box find their files; `./run` and an installation fill it in each for itself. */
export interface BoxPaths {
  readonly configFile: string;
  readonly mediaSocket: string;
  readonly consolesDir: string;
  /** Null: any machine, x264. */
  readonly boardFile: string | null;
  /** Names of the groups that may speak on media.sock and ui.sock; null: this user alone. */
  readonly groups: { readonly media: string; readonly ui: string } | null;
}

/** A process of the box: what `./run` and systemd must know alike, and the sandbox that only systemd can make. */
export interface BoxUnit {
  readonly name: 'firmware' | 'media';
  /** Its bundle: in firmware/dist, and in lib/ of an installation. */
  readonly bundle: string;
  readonly heartbeat: HeartbeatLimits;
  readonly args: (paths: BoxPaths) => readonly string[];
  readonly description: string;
  readonly user: string;
  /** Beside the user's own. */
  readonly groups: readonly string[];
  /** Before it is started anew, milliseconds. */
  readonly restartMs: number;
  /** Devices as systemd.resource-control(5) names them; none but these. */
  readonly devices: readonly string[];
  /** Folders that it writes in; the rest is read-only to it. */
  readonly writes: readonly string[];
  /** What it may bind(2): a process that binds nothing can listen on nothing. Unix sockets are not meant. */
  readonly binds: 'nothing' | 'udp';
  readonly memoryMaxMegabytes: number;
}

/** firmware first: media waits for it, not needs it. `ui` joins when there is one. */
export const BOX_UNITS: readonly BoxUnit[] = [
  {
    name: 'firmware', bundle: 'firmware.js', heartbeat: STORE_LIMITS, description: 'sessions, store, control channel',
    args: ({ configFile, consolesDir, boardFile, groups }) => [
      '--config', configFile, '--consoles', consolesDir, ...(boardFile === null ? [] : ['--board', boardFile]),
      ...(groups === null ? [] : ['--media-group', groups.media, '--ui-group', groups.ui]),
    ],
    user: 'scanlink', groups: ['scanlink-media', 'scanlink-ui', 'dialout', 'gpio', 'input', 'video'], restartMs: 1000,
    // Video: firmware writes the EDID; the watchdog itself is systemd's.
    devices: ['char-ttyUSB rw', 'char-ttyACM rw', 'char-ttyS rw', 'char-gpiochip rw', 'char-input r', 'char-video4linux rw'],
    writes: ['/var/lib/scanlink/box', '/run/scanlink'], binds: 'nothing', memoryMaxMegabytes: 400,
  },
  {
    name: 'media', bundle: 'media.js', heartbeat: MEDIA_LIMITS, description: 'capture, encoding, WebRTC',
    args: ({ mediaSocket }) => ['--socket', mediaSocket],
    user: 'scanlink-media', groups: ['scanlink-ui', 'video', 'render', 'audio'], restartMs: 200,
    devices: ['char-video4linux rw', 'char-media rw', 'char-drm rw', 'char-alsa rw', 'char-dma_heap rw'],
    writes: ['/var/lib/scanlink/box/stills', '/run/scanlink/preview'], binds: 'udp', memoryMaxMegabytes: 600,
  },
];
