import assert from 'node:assert/strict';
import { execFileSync, spawnSync } from 'node:child_process';
import { chmodSync, copyFileSync, existsSync, mkdirSync, mkdtempSync, openSync, rmSync, symlinkSync, truncateSync, utimesSync, writeFileSync, writeSync, closeSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Ext4Reader } from '../../image/disk-reader/ext4.ts';
import { settleTimes } from '../../image/disk-reader/settle-times.ts';
import { readPartitions } from '../../image/disk-reader/gpt.ts';

const MIB = 1024 * 1024;
const env = { ...process.env, PATH: `${process.env['PATH']}:/usr/sbin:/sbin`, MTOOLS_SKIP_CHECK: '1', E2FSPROGS_FAKE_TIME: '1700000000', SOURCE_DATE_EPOCH: '1700000000' };
const run = (program: string, ...args: string[]): string => execFileSync(program, args, { env, encoding: 'utf8', timeout: 60_000, stdio: ['ignore', 'pipe', 'pipe'] });
const missing = ['sgdisk', 'mkfs.ext4', 'debugfs', 'mkfs.vfat', 'mcopy'].filter((name) => !['/usr/sbin', '/sbin', '/usr/bin'].some((place) => existsSync(join(place, name))));

/** Disk images of a few MiB, made by the tools that image/build uses. */
describe(missing.length === 0 ? 'reading disk images' : `reading disk images (skipped: ${missing.join(', ')} missing)`, function () {
  if (missing.length > 0) {
    it('needs those programs');
    return;
  }
  this.timeout(60_000);
  const folder = mkdtempSync(join(tmpdir(), 'disk-reader-'));
  const tree = join(folder, 'tree');
  const disk = join(folder, 'a.img');
  after(() => rmSync(folder, { recursive: true }));

  const writeDisk = (file: string): void => {
    const [boot, root] = [join(folder, 'boot.part'), join(folder, 'root.part')];
    for (const [part, size] of [[boot, 4], [root, 24]] as const) {
      rmSync(part, { force: true });
      writeFileSync(part, '');
      truncateSync(part, size * MIB);
    }
    run('mkfs.vfat', '--invariant', '-n', 'BOOT', '-i', '5ca11101', boot);
    run('mcopy', '-m', '-i', boot, join(tree, 'note'), '::boot.scr');
    run('mkfs.ext4', '-q', '-F', '-d', tree, '-U', '5ca11102-0000-4000-8000-000000000000', '-L', 'root-a', '-E', 'hash_seed=5ca11102-0000-4000-8000-000000000000', root);
    run('debugfs', '-w', '-R', 'ea_set /empty user.reason test', root);
    settleTimes(root, 1700000000);
    writeFileSync(file, '');
    truncateSync(file, 32 * MIB);
    run('sgdisk', '-U', '5ca11100-0000-4000-8000-000000000000', '-n', '1:1M:+4M', '-t', '1:ef00', '-c', '1:boot', '-u', '1:5ca11100-0000-4000-8000-000000000001', '-n', '2:5M:+24M', '-t', '2:8305', '-c', '2:root-a', '-u', '2:5ca11100-0000-4000-8000-000000000002', file);
    run('dd', `if=${boot}`, `of=${file}`, 'bs=1M', 'seek=1', 'conv=notrunc');
    run('dd', `if=${root}`, `of=${file}`, 'bs=1M', 'seek=5', 'conv=notrunc');
  };
  const compare = (a: string, b: string): { readonly status: number | null; readonly text: string } => {
    const { status, stdout, stderr } = spawnSync(join(import.meta.dirname, '../../image/compare'), [a, b], { encoding: 'utf8', env, timeout: 60_000 });
    return { status, text: stdout + stderr };
  };
  const changed = (change: () => void, undo: () => void): { readonly status: number | null; readonly text: string } => {
    const other = join(folder, 'b.img');
    change();
    try {
      writeDisk(other);
      return compare(disk, other);
    } finally {
      undo();
    }
  };
  const stamp = (): void => { for (const each of ['note', 'deep', 'deep/many', 'deep/large', '']) utimesSync(join(tree, each), 1700000000, 1700000000); };

  before(() => {
    mkdirSync(join(tree, 'deep/many'), { recursive: true });
    writeFileSync(join(tree, 'note'), 'hello\n');
    chmodSync(join(tree, 'note'), 0o4755);
    // More than one block of names, and of data.
    for (let index = 0; index < 400; index += 1) writeFileSync(join(tree, `deep/many/a-name-that-takes-some-room-${String(index).padStart(4, '0')}`), String(index));
    writeFileSync(join(tree, 'deep/large'), Buffer.alloc(3 * MIB, 'scanlink'));
    writeFileSync(join(tree, 'empty'), '');
    symlinkSync('deep/large', join(tree, 'short-link'));
    symlinkSync(`/${'far/'.repeat(30)}`, join(tree, 'long-link'));
    // A hole of 1 MiB, then a byte.
    const fd = openSync(join(tree, 'hole'), 'w');
    writeSync(fd, 'x', MIB);
    closeSync(fd);
    stamp();
    writeDisk(disk);
  });

  it('finds partitions', () => {
    const found = readPartitions(disk);
    assert.deepEqual(found.map(({ label, startBytes, sizeBytes }) => [label, startBytes / MIB, sizeBytes / MIB]), [['boot', 1, 4], ['root-a', 5, 24]]);
    assert.equal(found[1]!.typeId, 'b921b045-1df0-41c3-af44-4c6f280d3fae');
    assert.equal(found[1]!.id, '5ca11100-0000-4000-8000-000000000002');
  });
  it('refuses a table that is damaged, cut short, or none', () => {
    const bad = join(folder, 'bad.img');
    for (const [at, words] of [[512 + 40, /checksum is wrong/], [1024 + 130, /checksum of the GPT's entries/], [512, /has no GPT/]] as const) {
      copyFileSync(disk, bad);
      const fd = openSync(bad, 'r+');
      writeSync(fd, Buffer.from([0x5a]), 0, 1, at);
      closeSync(fd);
      assert.throws(() => readPartitions(bad), words);
    }
    truncateSync(bad, 600);
    assert.throws(() => readPartitions(bad), /the image ends/);
    copyFileSync(disk, bad);
    truncateSync(bad, 20 * MIB);
    assert.throws(() => readPartitions(bad), /partition 2 \(root-a\) lies outside the disk/);
  });
  it('reads every file of an ext4 file system as debugfs does', () => {
    using reader = new Ext4Reader(disk, 5 * MIB);
    const facts = new Map([...reader.walk()].map((fact) => [fact.path, fact]));
    assert.equal(reader.label, 'root-a');
    assert.equal([...facts.keys()].filter((path) => path.startsWith('/deep/many/')).length, 400);
    assert.equal(facts.get('/note')!.mode, 0o4755);
    assert.equal(facts.get('/note')!.mtimeSec, 1700000000);
    assert.equal(facts.get('/short-link')!.target, 'deep/large');
    assert.equal(facts.get('/long-link')!.target, `/${'far/'.repeat(30)}`);
    assert.deepEqual(facts.get('/empty')!.attributes, ['user.reason']);
    assert.equal(reader.read(facts.get('/empty')!).length, 0);
    assert.deepEqual(facts.get('/note')!.otherTimesSec, [1700000000, 1700000000, 1700000000]);
    const part = join(folder, 'root.part');
    for (const path of ['/note', '/deep/large', '/hole', '/deep/many/a-name-that-takes-some-room-0399']) {
      const out = execFileSync('debugfs', ['-R', `cat ${path}`, part], { env, stdio: ['ignore', 'pipe', 'ignore'], timeout: 30_000, maxBuffer: 8 * MIB });
      assert.ok(reader.read(facts.get(path)!).equals(out), path);
      const told = run('debugfs', '-R', `stat ${path}`, part);
      assert.equal(facts.get(path)!.inode, Number(/Inode: (\d+)/.exec(told)![1]));
      assert.equal(facts.get(path)!.uid, Number(/User:\s+(\d+)/.exec(told)![1]));
    }
  });
  it('refuses what is no ext4, and one that it does not know', () => {
    assert.throws(() => new Ext4Reader(disk, MIB), /no ext4 file system/);
    const odd = join(folder, 'odd.part');
    writeFileSync(odd, '');
    truncateSync(odd, 8 * MIB);
    run('mkfs.ext4', '-q', '-F', '-O', 'inline_data', odd);
    assert.throws(() => new Ext4Reader(odd), /features that are not read here \(0x8000\)/);
  });

  it('image/compare: the same tree gives the same bytes', () => assert.deepEqual(changed(() => undefined, () => undefined), { status: 0, text: 'the same, byte for byte\n' }));
  for (const [what, change, undo, words] of [
    ['content', () => writeFileSync(join(tree, 'note'), 'hallo\n'), () => writeFileSync(join(tree, 'note'), 'hello\n'), [/^root-a: \/note: .*content 6 bytes/m, /^boot: \/boot.scr: content/m]],
    ['rights', () => chmodSync(join(tree, 'note'), 0o755), () => chmodSync(join(tree, 'note'), 0o4755), [/^root-a: \/note: mode 04755 \| 0755$/m]],
    ['time', () => utimesSync(join(tree, 'note'), 1, 1), stamp, [/^root-a: \/note: time 1700000000 \| 1$/m]],
    ['a new file', () => writeFileSync(join(tree, 'deep/new'), ''), () => rmSync(join(tree, 'deep/new')), [/^root-a: \/deep\/new is in the second alone$/m]],
  ] as const) it(`image/compare names what differs: ${what}`, () => {
    const { status, text } = changed(() => { change(); if (what !== 'time') stamp(); }, () => { undo(); stamp(); });
    assert.equal(status, 1, text);
    for (const word of words) assert.match(text, word);
  });
  it('image/compare: exit 2 when one cannot be read', () => {
    assert.equal(compare(disk, join(folder, 'none.img')).status, 2);
    assert.match(compare(disk, tree).text, /ENOENT|no such file/);
  });
});
