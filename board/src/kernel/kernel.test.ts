import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { AppError } from '@scanlink/protocol';
import { BOARDS_FOLDER, findBoard } from '../read-board.ts';
import { canonicalName, findMissingModules, listNeededModules, type KernelModules } from './modules.ts';
import { checkKernel, chooseKernel, readKernel } from './read-kernel.ts';

const board = findBoard('qcom-rb5');
const needed = listNeededModules(board).map(({ module }) => canonicalName(module));
const whole = (): KernelModules & { files: Map<string, string[]>; builtIn: Set<string> } => ({ version: '6.12.0', builtIn: new Set(), files: new Map(needed.map((name) => [name, []])) });
const codeOf = (act: () => unknown): string => {
  try {
    act();
  } catch (error) {
    return error instanceof AppError ? `${error.code}: ${error.message}` : String(error);
  }
  return 'nothing';
};

describe('kernel of a board', () => {
  for (const [path, name] of [['kernel/drivers/usb/uvc/uvcvideo.ko.xz', 'uvcvideo'], ['a/venus-enc.ko', 'venus_enc'], ['x/8250_pci.ko.zst', '8250_pci'], ['hid-multitouch', 'hid_multitouch']] as const)
    it(`${path} is ${name}`, () => assert.equal(canonicalName(path), name));

  it('has every module', () => assert.deepEqual(findMissingModules(board, whole()), []));
  it('has one built in', () => {
    const kernel = whole();
    kernel.files.delete('qcom_wdt');
    kernel.builtIn.add('qcom_wdt');
    assert.deepEqual(findMissingModules(board, kernel), []);
  });
  for (const name of new Set(needed)) it(`lacks ${name}`, () => {
    const kernel = whole();
    kernel.files.delete(name);
    assert.deepEqual(new Set(findMissingModules(board, kernel).map(({ missing }) => missing)), new Set([name]));
  });
  it('lacks what a module depends on, two steps away; rings end', () => {
    const kernel = whole();
    kernel.files.set('venus_enc', ['venus_core', 'v4l2_mem2mem']).set('v4l2_mem2mem', ['videobuf2_v4l2', 'venus_enc']);
    assert.deepEqual(findMissingModules(board, kernel), [{ module: 'venus-enc', neededBy: 'encoder.modules', missing: 'videobuf2_v4l2' }]);
    kernel.builtIn.add('videobuf2_v4l2');
    assert.deepEqual(findMissingModules(board, kernel), []);
  });
  it('must be given where it is the maker’s', () => {
    assert.equal(chooseKernel(board, undefined), null);
    assert.equal(chooseKernel(findBoard('rpi-cm4'), '/k'), '/k');
    assert.match(codeOf(() => chooseKernel(findBoard('rpi-cm4'), undefined)), /^CFG_BOARD_NEEDS_KERNEL: .*rpi-cm4.*tc358743.*--kernel DIR`$/);
  });

  describe('in a folder', () => {
    let folder: string;
    const put = (path: string, text = ''): void => { mkdirSync(dirname(join(folder, path)), { recursive: true }); writeFileSync(join(folder, path), text); };
    const V = 'usr/lib/modules/6.12.0';
    beforeEach(() => {
      folder = mkdtempSync(join(tmpdir(), 'scanlink-kernel-'));
      put(`${V}/modules.builtin`, 'kernel/drivers/watchdog/qcom-wdt.ko\n');
      for (const name of needed.filter((each) => each !== 'qcom_wdt')) put(`${V}/kernel/${name}.ko.xz`);
    });
    afterEach(() => rmSync(folder, { recursive: true }));

    it('is read, with links and without depmod', () => {
      symlinkSync('usr/lib', join(folder, 'lib'));
      assert.equal(checkKernel('qcom-rb5', folder), '6.12.0');
      assert.equal(checkKernel('qcom-rb5', join(folder, V)), '6.12.0');
      assert.deepEqual(readKernel(folder).files.get('venus_enc'), []);
    });
    it('a module that depmod names, and whose file is gone, is missing', () => {
      put(`${V}/modules.dep`, 'kernel/venus_enc.ko.xz: kernel/venus_core.ko.xz kernel/videodev.ko.xz\nkernel/venus_core.ko.xz:\n');
      assert.match(codeOf(() => checkKernel('qcom-rb5', folder)), /^CFG_BOARD_MODULES_MISSING: .*: venus-enc \(encoder.modules\) -> videodev$/);
      rmSync(join(folder, V, 'kernel/venus_enc.ko.xz'));
      assert.match(codeOf(() => checkKernel('qcom-rb5', folder)), /: venus-enc \(encoder.modules\)$/);
    });
    it('no kernel, or two', () => {
      assert.match(codeOf(() => readKernel(join(folder, 'none'))), /^CFG_KERNEL_FOLDER: .*no such file or folder$/);
      assert.match(codeOf(() => readKernel(join(folder, 'usr/lib'))), /^CFG_KERNEL_FOLDER/);
      put('usr/lib/modules/6.13.0/modules.builtin');
      assert.match(codeOf(() => readKernel(folder)), /^CFG_KERNEL_FOLDER: .*there are 2 kernels$/);
    });
    it('board/check-kernel says it by its exit code, and in both languages', () => {
      const run = (...words: string[]) => spawnSync(join(BOARDS_FOLDER, 'check-kernel'), words, { encoding: 'utf8' });
      assert.deepEqual([run('qcom-rb5', folder).status, run('qcom-rb5', folder).stdout], [0, 'qcom-rb5: 6.12.0\n']);
      const refused = run('rpi-cm4', folder);
      assert.equal(refused.status, 1);
      assert.match(refused.stderr, /lacks modules that board "rpi-cm4" needs: .*tc358743[\s\S]*缺少电路板“rpi-cm4”所需的模块/);
      assert.equal(run('qcom-rb5').status, 2);
      assert.equal(run('--help-me').status, 2);
    }).timeout(30_000);
  });
});
