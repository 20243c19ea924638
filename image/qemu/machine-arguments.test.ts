import assert from 'node:assert/strict';
import { writeMachineArguments, type MachineOptions } from './machine-arguments.ts';

const options: MachineOptions = {
  boot: { kind: 'kernel', kernelFile: '/k', initrdFile: '/i', kernelArguments: 'root=/dev/vda quiet' }, diskFile: '/tmp/a,b.qcow2', runDir: '/tmp/r',
  memoryMegabytes: 2048, forwards: [{ hostPort: 9001, guestPort: 80 }], display: 'none', onReset: 'boot',
};
const valuesOf = (args: readonly string[], name: string): readonly string[] => args.flatMap((arg, at) => (arg === name ? [args[at + 1] ?? ''] : []));

describe('arguments of QEMU', () => {
  it('reach the host by loopback and unix sockets alone', () => {
    const args = writeMachineArguments({ ...options, neighbour: { machinePort: 9100, ownPort: 9101 } });
    const addresses = args.join(' ').match(/\b(?!10\.)\d+\.\d+\.\d+\.\d+\b/g) ?? [];
    assert.ok(addresses.length >= 3);
    for (const address of addresses) assert.equal(address, '127.0.0.1');
    for (const value of [...valuesOf(args, '-netdev')].filter((each) => each.startsWith('user'))) assert.match(value, /hostfwd=tcp:127\.0\.0\.1:9001-:80/);
    for (const value of [...valuesOf(args, '-chardev').filter((each) => each.startsWith('socket')), ...valuesOf(args, '-qmp')]) assert.match(value, /path=|^unix:/);
  });

  it('write a comma of a path twice, as one ends the value', () => {
    assert.ok(valuesOf(writeMachineArguments(options), '-drive').some((each) => each.startsWith('file=/tmp/a,,b.qcow2,')));
  });

  it('let the guest read a payload and never write it', () => {
    const drives = valuesOf(writeMachineArguments({ ...options, payloadFile: '/p.img' }), '-drive');
    assert.equal(drives.length, 2);
    assert.match(drives[1]!, /readonly=on/);
  });

  it('boot by a boot loader without a kernel of the host', () => {
    const args = writeMachineArguments({ ...options, boot: { kind: 'firmware', firmwareFile: '/u-boot.bin' } });
    assert.deepEqual(valuesOf(args, '-bios'), ['/u-boot.bin']);
    assert.ok(!args.includes('-kernel'));
  });

  it('end QEMU on a reset where the guest shall not come back', () => {
    assert.match(valuesOf(writeMachineArguments({ ...options, onReset: 'quit' }), '-action').join(''), /reboot=shutdown/);
    assert.match(valuesOf(writeMachineArguments(options), '-action').join(''), /watchdog=reset,reboot=reset/);
  });
});
