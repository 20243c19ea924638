import assert from 'node:assert/strict';
import { BOX_UNITS } from './box-units.ts';
import { BOX_PATHS, renderService, renderSystemd } from './render-systemd.ts';

/** Key -> values of a unit file, in order. */
const read = (text: string): ReadonlyMap<string, readonly string[]> => {
  const found = new Map<string, string[]>();
  for (const line of text.split('\n').filter((each) => /^[A-Z]\w*=/.test(each))) {
    const [key, value] = [line.slice(0, line.indexOf('=')), line.slice(line.indexOf('=') + 1)] as const;
    found.set(key, [...(found.get(key) ?? []), value]);
  }
  return found;
};

describe('units of systemd', () => {
  for (const unit of BOX_UNITS)
    describe(`scanlink-${unit.name}`, () => {
      const keys = read(renderService(unit));
      const one = (key: string): string | undefined => keys.get(key)?.[0];

      it('runs the program that ./run runs, by the same words', () => {
        assert.equal(one('ExecStart'), ['/usr/bin/node --disable-warning=ExperimentalWarning', `/usr/lib/scanlink/lib/${unit.bundle}`, ...unit.args(BOX_PATHS)].join(' '));
      });
      it('is watched by the same heartbeat, and started anew for ever', () => {
        assert.deepEqual([one('Type'), one('WatchdogSec'), one('TimeoutStartSec'), one('Restart'), one('StartLimitIntervalSec')], ['notify', String(unit.heartbeat.silentSeconds + 1), String(unit.heartbeat.startSeconds), 'always', '0']);
      });
      it('is no root, has no rights to gain, and sees no device but its own', () => {
        assert.notEqual(one('User'), 'root');
        assert.deepEqual([one('NoNewPrivileges'), one('CapabilityBoundingSet'), one('DevicePolicy'), one('ProtectSystem'), one('LimitCORE')], ['yes', '', 'closed', 'strict', '0']);
        assert.deepEqual(keys.get('DeviceAllow'), unit.devices);
      });
      it('can listen on no TCP port', () => {
        const denied = keys.get('SocketBindDeny') ?? [];
        assert.ok(denied.includes('any') || (denied.includes('ipv4:tcp') && denied.includes('ipv6:tcp')), denied.join(' '));
      });
    });

  it('each process is a user of its own', () => assert.equal(new Set(BOX_UNITS.map(({ user }) => user)).size, BOX_UNITS.length));

  it('every user and group that a unit names is made, and every folder that it writes', () => {
    const files = renderSystemd();
    const users = files.get('usr/lib/sysusers.d/scanlink.conf') ?? '';
    const folders = files.get('usr/lib/tmpfiles.d/scanlink.conf') ?? '';
    for (const { user, groups, writes } of BOX_UNITS) {
      assert.ok(users.includes(`u ${user} `), user);
      for (const group of groups) assert.ok(users.includes(`g ${group} `) && users.includes(`m ${user} ${group}\n`), `${user} in ${group}`);
      for (const folder of writes) assert.ok(folders.includes(`d ${folder} `), folder);
    }
  });
});
