import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { existsSync, globSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { BOARDS_FOLDER, checkKernel, findBoard, findMissingModules, listBoards, readKernel } from '@scanlink/board';
import { skipTest } from '../../support/skip.ts';

const KEYRING = '/usr/share/keyrings/debian-archive-keyring.gpg';

/** Debian's mirror that this machine's own apt uses. */
const findMirror = (): string => execFileSync('bash', [join(import.meta.dirname, '../../../scripts/find-debian-mirror.sh')], { encoding: 'utf8' }).trim();

/** Debian trixie's own arm64 kernel, fetched into a private apt state: what board.json claims of it is held against it. */
describe("boards and Debian's kernel", function () {
  this.timeout(600_000);
  let folder = '';
  const run = (command: string, ...words: string[]): string => execFileSync(command, words, { cwd: folder, encoding: 'utf8', stdio: ['ignore', 'pipe', 'pipe'] });
  const apt = (tool: string, ...words: string[]): string => run(tool, `-oDir::State::Lists=${folder}/lists`, `-oDir::Cache=${folder}/cache`, `-oDir::Etc::SourceList=${folder}/sources.list`, '-oDir::Etc::SourceParts=/dev/null', '-oAPT::Architecture=amd64', '-oAPT::Architectures::=arm64', '-oAPT::Sandbox::User=root', ...words);
  const fetch = (name: string, ...from: string[]): string => {
    apt('apt-get', 'download', ...from);
    mkdirSync(join(folder, name));
    for (const file of globSync('*.deb', { cwd: folder })) { run('dpkg-deb', '-x', file, name); rmSync(join(folder, file)); }
    return join(folder, name);
  };
  let kernel = '';

  before(function () {
    if (!existsSync(KEYRING) || !existsSync('/usr/bin/apt-get')) skipTest(this, 'this is no Debian: no apt-get, or not its keys');
    folder = mkdtempSync(join(tmpdir(), 'scanlink-kernel-'));
    for (const name of ['lists/partial', 'cache/archives/partial']) mkdirSync(join(folder, name), { recursive: true });
    writeFileSync(join(folder, 'sources.list'), `deb [arch=amd64,arm64 signed-by=${KEYRING}] ${findMirror()} trixie main non-free-firmware\n`);
    apt('apt-get', 'update', '-q');
    const image = /Depends: (linux-image-\S+)/.exec(apt('apt-cache', 'show', 'linux-image-arm64:arm64'))?.[1];
    assert.ok(image, 'linux-image-arm64 depends on a kernel');
    kernel = fetch('kernel', `${image}:arm64`);
    // What installing the package does: dependencies are known only then.
    const [modules] = globSync('usr/lib/modules/*', { cwd: kernel });
    run('/sbin/depmod', '-b', join(kernel, 'usr'), modules!.slice(modules!.lastIndexOf('/') + 1));
  });
  after(() => { if (folder !== '') rmSync(folder, { recursive: true, force: true }); });

  for (const name of listBoards()) {
    const board = findBoard(name);
    if (!board.architectures.includes('arm64')) continue;
    if (board.kernel.kind === 'debian') it(`${name}: has a module for every driver`, () => assert.match(checkKernel(name, kernel), /^6\.12\./));
    else {
      const lacking = board.kernel.missing;
      it(`${name}: lacks what the board says it lacks, and nothing else`, () =>
        assert.deepEqual(new Set(findMissingModules(board, readKernel(kernel)).map(({ module }) => module)), new Set(lacking)));
    }
    const { deviceTree } = board;
    if (board.kernel.kind === 'debian' && deviceTree?.file) it(`${name}: has its device tree, and the overlays fit on it`, () => {
      const [base] = globSync(`usr/lib/linux-image-*/${deviceTree.file}`, { cwd: kernel });
      assert.ok(base, `${deviceTree.file} is in the package`);
      for (const [index, overlay] of deviceTree.overlays.entries()) {
        run('dtc', '-q', '-@', '-O', 'dtb', '-o', `${index}.dtbo`, join(BOARDS_FOLDER, name, overlay));
        run('fdtoverlay', '-i', join(kernel, base), '-o', 'merged.dtb', `${index}.dtbo`);
      }
    });
  }

  it('qcom-rb5: the firmware that its encoder loads is in the packages it names, the encoder is switched on, the lines have their names', () => {
    const board = findBoard('qcom-rb5');
    assert.ok(board.kernel.kind === 'debian');
    const firmware = fetch('firmware', ...board.kernel.firmwarePackages);
    assert.equal(globSync('usr/lib/firmware/qcom/vpu-1.0/venus.mbn', { cwd: firmware }).length, 1);
    const [tree] = globSync('usr/lib/linux-image-*/qcom/qrb5165-rb5.dtb', { cwd: kernel });
    const source = run('dtc', '-q', '-I', 'dtb', '-O', 'dts', join(kernel, tree!));
    const venus = source.slice(source.indexOf('compatible = "qcom,sm8250-venus"')).split('opp-table')[0] ?? '';
    assert.ok(venus.includes('status = "okay"') && venus.includes('compatible = "venus-encoder"'), venus);
    const pins = /pinctrl@f100000 \{[^}]*?gpio-line-names = ("[^"]*")/.exec(source)?.[1]?.split('\\0') ?? [];
    for (const { line } of board.gpio) assert.ok(pins.includes(String(line)), `${line} is a line of tlmm`);
    assert.deepEqual(['GPIO-A', 'GPIO-C', 'GPIO-E', 'GPIO-D'], pins.slice(4, 8));
  });
});
