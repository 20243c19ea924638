/** What runs in the guest. kernel: started by QEMU itself; firmware: the boot loader finds the rest on the disk. */
export type Boot =
  | { readonly kind: 'kernel'; readonly kernelFile: string; readonly initrdFile: string; readonly kernelArguments: string }
  | { readonly kind: 'firmware'; readonly firmwareFile: string };

/** A TCP port of the host's loopback that leads to a port of the guest. */
export interface Forward { readonly hostPort: number; readonly guestPort: number }

export interface MachineOptions {
  readonly boot: Boot;
  /** qcow2 that is written to: snapshots lie in it. */
  readonly diskFile: string;
  /** Raw image that the guest may only read; part of the machine, so a snapshot wants one of the same size. */
  readonly payloadFile?: string;
  /** Folder of this machine's sockets, pid and console; private to the caller, its path short (a socket's holds 107 bytes). */
  readonly runDir: string;
  readonly memoryMegabytes: number;
  readonly forwards: readonly Forward[];
  /** A window of the host's desktop, or no screen but screendump. */
  readonly display: 'none' | 'window';
  /** What a reset does: a power cut's guest boots again, a guest that panics in a test had better be seen to be gone. */
  readonly onReset: 'boot' | 'quit';
  readonly loadSnapshot?: string;
  /** A second network card's peer on the guest's own wire: raw Ethernet frames in UDP datagrams, between two ports of loopback. */
  readonly neighbour?: { readonly machinePort: number; readonly ownPort: number };
}

export const AGENT_PORT_NAME = 'org.scanlink.test';
export const SCREEN = { widthPx: 1280, heightPx: 720 } as const;

/** Files that QEMU makes in `runDir`. */
export function machineFiles(runDir: string): { readonly qmp: string; readonly agent: string; readonly serial: string; readonly console: string; readonly pid: string } {
  return { qmp: `${runDir}/qmp.sock`, agent: `${runDir}/agent.sock`, serial: `${runDir}/serial.sock`, console: `${runDir}/console.log`, pid: `${runDir}/pid` };
}

/** Arguments of qemu-system-aarch64: the board `qemu-arm64`. Everything is reached by loopback or unix sockets alone. */
export function writeMachineArguments(options: MachineOptions): readonly string[] {
  const files = machineFiles(options.runDir);
  const forwards = options.forwards.map(({ hostPort, guestPort }) => `,hostfwd=tcp:127.0.0.1:${hostPort}-:${guestPort}`).join('');
  return [
    '-name', 'scanlink', '-nodefaults', '-no-user-config',
    '-M', 'virt,gic-version=3', '-cpu', 'cortex-a72', '-smp', '2', '-m', String(options.memoryMegabytes),
    '-accel', 'tcg,thread=multi,tb-size=512',
    ...bootArguments(options.boot),
    '-drive', `file=${escape(options.diskFile)},format=qcow2,if=none,id=disk,discard=unmap`, '-device', 'virtio-blk-pci,drive=disk,serial=disk',
    ...(options.payloadFile === undefined ? [] : ['-drive', `file=${escape(options.payloadFile)},format=raw,if=none,id=payload,readonly=on`, '-device', 'virtio-blk-pci,drive=payload,serial=payload']),
    ...networkArguments(options.neighbour, forwards),
    '-device', 'virtio-rng-pci', '-device', `virtio-gpu-pci,xres=${SCREEN.widthPx},yres=${SCREEN.heightPx}`, '-device', 'virtio-tablet-pci', '-device', 'virtio-keyboard-pci',
    '-device', 'i6300esb', '-action', `watchdog=reset,reboot=${options.onReset === 'boot' ? 'reset' : 'shutdown'}`,
    '-device', 'qemu-xhci',
    '-chardev', `file,id=console,path=${escape(files.console)},append=on`, '-serial', 'chardev:console',
    '-chardev', `socket,id=serial,path=${escape(files.serial)},server=on,wait=off`, '-device', 'pci-serial,chardev=serial',
    '-device', 'virtio-serial-pci', '-chardev', `socket,id=agent,path=${escape(files.agent)},server=on,wait=off`,
    '-device', `virtserialport,chardev=agent,name=${AGENT_PORT_NAME}`,
    '-qmp', `unix:${escape(files.qmp)},server=on,wait=off`, '-pidfile', files.pid,
    '-display', options.display === 'window' ? 'gtk' : 'none',
    ...(options.loadSnapshot === undefined ? [] : ['-loadvm', options.loadSnapshot]),
  ];
}

function bootArguments(boot: Boot): readonly string[] {
  if (boot.kind === 'firmware') return ['-bios', boot.firmwareFile];
  return ['-kernel', boot.kernelFile, '-initrd', boot.initrdFile, '-append', boot.kernelArguments];
}

/** No ROM: nothing boots from the network. The neighbour shares one wire with the user-mode network by a hub. */
function networkArguments(neighbour: MachineOptions['neighbour'], forwards: string): readonly string[] {
  const user = `user,id=net0,ipv6=off${forwards}`;
  if (neighbour === undefined) return ['-netdev', user, '-device', 'virtio-net-pci,netdev=net0,romfile='];
  const { machinePort, ownPort } = neighbour;
  return [
    '-netdev', user, '-netdev', 'hubport,id=wire0,hubid=0,netdev=net0',
    '-netdev', `dgram,id=net1,local.type=inet,local.host=127.0.0.1,local.port=${machinePort},remote.type=inet,remote.host=127.0.0.1,remote.port=${ownPort}`,
    '-netdev', 'hubport,id=wire1,hubid=0,netdev=net1',
    '-netdev', 'hubport,id=card,hubid=0', '-device', 'virtio-net-pci,netdev=card,romfile=',
  ];
}

/** In a value, a comma is written twice. */
const escape = (value: string): string => value.replaceAll(',', ',,');
