import assert from 'node:assert/strict';
import { gunzipSync } from 'node:zlib';
import { findBoard } from '@scanlink/board';
import { canonicalName, findMissingModules } from '../../board/src/kernel/modules.ts';
import { Ext4Reader, type FileFact } from '../../image/disk-reader/ext4.ts';
import { readFatFiles } from '../../image/disk-reader/fat.ts';
import { BuiltDisk, findShippingImage } from './support/shipping-image.ts';

/** A login on any of them reads what a scanner types, or lets a passer-by in with a keyboard. */
const MASKED = ['getty@.service', 'serial-getty@.service', 'console-getty.service', 'container-getty@.service', 'autovt@.service', 'getty.target', 'ctrl-alt-del.target', 'emergency.service', 'rescue.service'] as const;

const folder = findShippingImage();

/** What ships is looked into here without starting it; what it does when it runs is tests/system's. */
describe(folder === null ? 'the shipping image (skipped: none is built; ./test --system builds one, or SCANLINK_SHIPPING_IMAGE names one)' : 'the shipping image', function () {
  if (folder === null) {
    it('is built first');
    return;
  }
  this.timeout(120_000);
  let disk: BuiltDisk;
  before(() => { disk = new BuiltDisk(folder); });
  after(() => disk.close());
  const paths = (wanted: RegExp): readonly string[] => [...disk.root.keys()].filter((path) => wanted.test(path));
  const lines = (path: string): readonly (readonly string[])[] => disk.text(path).split('\n').filter((line) => line !== '').map((line) => line.split(':'));

  it('has boot, boot loader variables, two alike slots and data', () => {
    assert.deepEqual(disk.partitions.map(({ label }) => label), ['boot', 'ubootenv', 'root-a', 'root-b', 'data']);
    for (const { startBytes, label } of disk.partitions) assert.equal(startBytes % (1024 * 1024), 0, `${label} begins on a MiB`);
    assert.ok(disk.partition('root-b').sizeBytes >= disk.partition('root-a').sizeBytes);
    // The standard's types: what finds partitions by type (firmware of a board) takes no slot for something else.
    assert.equal(disk.partition('boot').typeId, 'c12a7328-f81f-11d2-ba4b-00a0c93ec93b');
    for (const slot of ['root-a', 'root-b']) assert.equal(disk.partition(slot).typeId, 'b921b045-1df0-41c3-af44-4c6f280d3fae');
  });
  it('boots by u-boot: script on the boot partition, kernel and RAM disk in the slot', () => {
    const script = readFatFiles(disk.diskFile, disk.partition('boot').startBytes).get('/boot.scr');
    assert.equal(script?.readUInt32BE(0), 0x27051956, 'an image of u-boot');
    assert.match(script.toString('latin1'), /root-a/);
    assert.equal(disk.read('/boot/vmlinuz').toString('latin1', 56, 60), 'ARMd', 'a bare arm64 kernel, as booti wants it');
    const initrd = gunzipSync(disk.read('/boot/initrd.img')).toString('latin1');
    for (const name of ['init', 'bin/busybox']) assert.ok(initrd.includes(`${name}\0`), name);
    for (const module of ['virtio_blk', 'ext4', 'crc32c_generic']) {
      const builtIn = disk.text(paths(/\/modules\.builtin$/)[0]!).split('\n').map(canonicalName).includes(module);
      assert.ok(builtIn || new RegExp(`/${module}\\.ko`).test(initrd), `${module} before the root file system`);
    }
  });
  it('has a kernel with a module for every driver that the board names', () => {
    const depFile = paths(/\/modules\.dep$/);
    assert.equal(depFile.length, 1, 'one kernel');
    const base = depFile[0]!.slice(0, -'modules.dep'.length);
    const dependencies = new Map(disk.text(depFile[0]!).split('\n').filter((line) => line !== '').map((line) => {
      const [module = '', needs = ''] = line.split(':', 2);
      return [canonicalName(module), needs.split(' ').filter((need) => need !== '').map(canonicalName)];
    }));
    const files = new Map(paths(/\.ko(\.\w+)?$/).filter((path) => path.startsWith(base)).map((path) => [canonicalName(path), dependencies.get(canonicalName(path)) ?? []]));
    const builtIn = new Set(disk.text(`${base}modules.builtin`).split('\n').filter((line) => line !== '').map(canonicalName));
    assert.deepEqual(findMissingModules(findBoard('qemu-arm64'), { version: base, files, builtIn }), []);
  });
  it('has no way in: no remote shell, no login, no test agent', () => {
    assert.deepEqual(paths(/\/(sshd|dropbear|telnetd|in\.telnetd|rlogind|socat|nc|ncat|nc\.openbsd)$|\/etc\/ssh\/|scanlink-test|test-agent|\/qemu-ga$/), []);
    for (const unit of MASKED) assert.equal(disk.root.get(`/etc/systemd/system/${unit}`)?.target, '/dev/null', `${unit} is masked`);
    // A console login is what a scanner would type a patient's number into.
    assert.deepEqual(paths(/\.(target\.)?wants\/.*getty/).filter((path) => !path.startsWith('/usr/lib/systemd/system/getty.target.wants/') && !/^\/usr\/lib\/systemd\/system\/multi-user\.target\.wants\/getty\.target$/.test(path)), []);
    assert.equal(disk.find('/etc/systemd/system/default.target')?.path, '/usr/lib/systemd/system/multi-user.target');
  });
  it('has no unit that listens on a network', () => {
    for (const path of paths(/\/(sockets|multi-user|sysinit|basic|network)\.target\.wants\/[^/]+\.socket$/)) {
      const unit = disk.find(path);
      // A link to a unit that is masked, or that is not there.
      if (unit?.kind !== 'file' || disk.root.get(`/etc/systemd/system/${path.slice(path.lastIndexOf('/') + 1)}`)?.target === '/dev/null') continue;
      for (const [, place] of disk.text(unit.path).matchAll(/^Listen(?:Stream|Datagram|SequentialPacket)=(.*)$/gm)) assert.match(place!, /^(\/|@|%t\/)/, `${path} listens on ${place}`);
    }
  });
  it('has no simulated console, and nothing that is for tests alone', () => {
    assert.deepEqual(paths(/scanlink_(sim|probe)|sim_decoder|\/(v4l2-ctl|strace|gdb|aplay)$|libgdcm|vicodec|gpio-sim|\/usr\/lib\/scanlink.*\.test\./), []);
    assert.ok(paths(/\/usr\/lib\/scanlink\/.*scanlink_core\.node$/).length === 1, 'the core is there');
  });
  it('gives nobody a shell or a password, and each process a user of its own', () => {
    for (const [name, , , , , , shell] of lines('/etc/passwd')) assert.match(shell ?? '', /\/(nologin|false|sync)$/, `${name}`);
    for (const [name, password] of lines('/etc/shadow')) assert.match(password ?? '', /^[*!]/, `${name} has no password that opens`);
    const users = new Map(lines('/etc/passwd').map(([name, , uid]) => [name, Number(uid)]));
    const ours = ['scanlink', 'scanlink-media', 'scanlink-ui'].map((name) => users.get(name));
    assert.ok(ours.every((uid) => uid !== undefined && uid > 0), `users of ours: ${ours.join(', ')}`);
    assert.equal(new Set(ours).size, 3);
    assert.deepEqual(lines('/etc/passwd').filter(([, , uid]) => uid === '0').map(([name]) => name), ['root']);
    const members = (group: string): readonly string[] => lines('/etc/group').find(([name]) => name === group)?.[3]?.split(',') ?? [];
    assert.ok(members('video').includes('scanlink-media'), 'media reads cameras by group');
    for (const group of ['root', 'sudo', 'adm', 'disk', 'shadow']) assert.deepEqual(members(group).filter((name) => name.startsWith('scanlink')), [], `of ours none is in ${group}`);
  });
  it('has no program that runs with more rights than its caller', () => {
    const raised = [...disk.root.values()].filter(({ kind, mode, attributes }) => kind === 'file' && ((mode & 0o6000) !== 0 || attributes.includes('security.capability')));
    assert.deepEqual(raised.map(({ path, mode }) => `${path} 0${mode.toString(8)}`), []);
  });
  it('is root’s, and only /tmp and its like can be written by everybody', () => {
    const open = [...disk.root.values()].filter(({ kind, mode }) => (kind === 'file' || kind === 'folder') && (mode & 0o002) !== 0 && (mode & 0o1000) === 0);
    assert.deepEqual(open.map(({ path }) => path), []);
    assert.deepEqual([...disk.root.values()].filter(({ path, uid }) => uid !== 0 && /^\/(usr|etc|boot)\//.test(path)).map(({ path }) => path), []);
  });
  it('has programs and addons for arm64 with every library that they name', () => {
    const programs = ['/usr/bin/node', ...paths(/\/usr\/lib\/scanlink\/.*\.node$/)];
    assert.ok(programs.length > 3, programs.join(' '));
    for (const path of programs) {
      const { machine, needs } = disk.readElf(path);
      assert.equal(machine, 'AArch64', path);
      for (const name of needs) assert.ok(disk.find(`/usr/lib/aarch64-linux-gnu/${name}`) ?? disk.find(`/usr/lib/${name}`), `${path} needs ${name}`);
    }
  });
  it('has each program that a unit of ours starts', () => {
    const units = paths(/^\/usr\/lib\/systemd\/system\/scanlink[^/]*\.service$/);
    assert.ok(units.length >= 2);
    for (const path of units) for (const [, line] of disk.text(path).matchAll(/^ExecStart(?:Pre|Post)?=[-+!:@]*(.*)$/gm)) {
      for (const word of line!.split(' ').filter((each) => each.startsWith('/usr/'))) assert.ok(disk.find(word), `${path} names ${word}`);
    }
  });
  it('has the same system in both slots', () => {
    using other = new Ext4Reader(disk.diskFile, disk.partition('root-b').startBytes);
    const describeFact = ({ path, mode, uid, gid, sizeBytes, target, mtimeSec }: FileFact): string => [path, mode, uid, gid, sizeBytes, target, mtimeSec].join(' ');
    assert.deepEqual([...other.walk()].map(describeFact), [...disk.root.values()].map(describeFact));
    for (const fact of other.walk()) if (/^\/(boot|usr\/lib\/scanlink)\//.test(fact.path) && fact.kind === 'file') assert.ok(other.read(fact).equals(disk.read(fact.path)), fact.path);
  });
});
