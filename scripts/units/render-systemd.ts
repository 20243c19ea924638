import { BOX_UNITS, PROCESS_ENV, type BoxPaths, type BoxUnit } from './box-units.ts';

/** Where an installation lies on a box; folders and users are made by the files rendered here. */
export const BOX_HOME = '/usr/lib/scanlink';
export const BOX_PATHS: BoxPaths = {
  configFile: '/var/lib/scanlink/box/config.json', mediaSocket: '/run/scanlink/media.sock', consolesDir: `${BOX_HOME}/board/consoles`, boardFile: `${BOX_HOME}/board/board.json`,
  groups: { media: 'scanlink-media', ui: 'scanlink-ui' },
};
export const NODE = '/usr/bin/node';

/** Files of systemd by their path in the root file system. */
export function renderSystemd(): ReadonlyMap<string, string> {
  return new Map([
    ...BOX_UNITS.map((unit) => [`usr/lib/systemd/system/scanlink-${unit.name}.service`, renderService(unit)] as const),
    ['usr/lib/sysusers.d/scanlink.conf', renderUsers()],
    ['usr/lib/tmpfiles.d/scanlink.conf', renderFolders()],
  ]);
}

/** systemd watches the same heartbeat as `./run` does; a beat more than the limit, as it counts from the last one. */
export function renderService(unit: BoxUnit): string {
  const { name, description, bundle, args, user, groups, heartbeat, restartMs, devices, writes, binds, memoryMaxMegabytes } = unit;
  const environment = Object.entries(PROCESS_ENV).map(([key, value]) => `${key}=${value}`).join(' ');
  const others = BOX_UNITS.slice(0, BOX_UNITS.indexOf(unit)).map((each) => `scanlink-${each.name}.service`);
  return lines(
    '# Made by scripts/units/render-systemd.ts of scripts/units/box-units.ts.',
    '[Unit]', `Description=ScanLink ${name}: ${description}`,
    '# A box that was not set up yet has nothing to do.', `ConditionPathExists=${BOX_PATHS.configFile}`,
    `After=${['local-fs.target', 'systemd-sysusers.service', 'systemd-tmpfiles-setup.service', ...others].join(' ')}`,
    '# Started anew for ever: a box that gave up would need somebody with a screwdriver.', 'StartLimitIntervalSec=0', '',
    '[Service]', 'Type=notify', 'NotifyAccess=main', `ExecStart=${[NODE, '--disable-warning=ExperimentalWarning', `${BOX_HOME}/lib/${bundle}`, ...args(BOX_PATHS)].join(' ')}`,
    `Environment=${environment}`, `WatchdogSec=${heartbeat.silentSeconds + 1}`, `TimeoutStartSec=${heartbeat.startSeconds}`, 'TimeoutStopSec=3',
    'Restart=always', `RestartSec=${restartMs}ms`, '',
    `User=${user}`, `Group=${user}`, `SupplementaryGroups=${groups.join(' ')}`, 'UMask=0007', '',
    '# Files', 'ProtectSystem=strict', `ReadWritePaths=${writes.map((path) => `-${path}`).join(' ')}`, 'ProtectHome=yes', 'PrivateTmp=yes', 'ProtectProc=invisible',
    'ProtectKernelTunables=yes', 'ProtectKernelModules=yes', 'ProtectKernelLogs=yes', 'ProtectControlGroups=yes', 'ProtectClock=yes', 'ProtectHostname=yes', '',
    '# Devices', 'DevicePolicy=closed', ...devices.map((device) => `DeviceAllow=${device}`), '',
    '# Network: nothing that could listen for TCP', 'RestrictAddressFamilies=AF_UNIX AF_INET AF_INET6 AF_NETLINK',
    ...(binds === 'nothing' ? ['SocketBindDeny=any'] : ['SocketBindDeny=ipv4:tcp', 'SocketBindDeny=ipv6:tcp']), '',
    '# Rights', 'NoNewPrivileges=yes', 'CapabilityBoundingSet=', 'AmbientCapabilities=', 'RestrictNamespaces=yes', 'RestrictSUIDSGID=yes', 'RestrictRealtime=yes',
    'LockPersonality=yes', 'RemoveIPC=yes', 'SystemCallArchitectures=native', 'SystemCallFilter=@system-service', 'SystemCallErrorNumber=EPERM', '',
    '# Limits. No core: it would hold pictures of patients.', 'LimitCORE=0', 'LimitNOFILE=4096', 'TasksMax=128', `MemoryMax=${memoryMaxMegabytes}M`, '',
    '[Install]', 'WantedBy=multi-user.target',
  );
}

/** Users and groups: one for each process, and a group for each socket that another may speak on. */
function renderUsers(): string {
  const groups = [...new Set(['scanlink-media', 'scanlink-ui', 'gpio', ...BOX_UNITS.flatMap((unit) => unit.groups)])];
  const users = [...BOX_UNITS.map(({ user, name, groups: theirs }) => ({ user, name, theirs })), { user: 'scanlink-ui', name: 'touchscreen', theirs: ['video', 'input'] }];
  return lines(
    '# Made by scripts/units/render-systemd.ts: three processes, three users.',
    ...groups.map((group) => `g ${group} -`),
    ...users.map(({ user, name }) => `u ${user} - "ScanLink ${name}" / /usr/sbin/nologin`),
    ...users.flatMap(({ user, theirs }) => theirs.filter((group) => group !== user).map((group) => `m ${user} ${group}`)),
  );
}

/** Set-group-id folders: what media writes there belongs to the group that reads it. */
function renderFolders(): string {
  return lines(
    '# Made by scripts/units/render-systemd.ts.',
    'd /var/lib/scanlink 0755 root root -', 'd /var/lib/scanlink/box 0710 scanlink scanlink-media -', 'd /var/lib/scanlink/box/stills 2770 scanlink scanlink-media -',
    'd /run/scanlink 0711 scanlink scanlink -', 'd /run/scanlink/preview 2750 scanlink-media scanlink-ui -',
  );
}

const lines = (...all: readonly string[]): string => `${all.join('\n')}\n`;
