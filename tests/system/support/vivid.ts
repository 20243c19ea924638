import type { Guest } from '../../../image/qemu/guest.ts';

/** Control dv_timings_signal_mode. */
export const SIGNAL = { current: 0, none: 1, noLock: 2, outOfRange: 3, selected: 4 } as const;
/** Menu of the input's control `... Is Connected To`. */
const FROM_OUTPUT = 2;
const FROM_TEST_PICTURE = 0;
const FEED_TIMEOUT_MS = 600_000;

export interface VividTimings { readonly index: number; readonly widthPx: number; readonly heightPx: number; readonly isInterlaced: boolean; readonly framesPerSecond: number }

/** The kernel's HDMI test device in the guest: one HDMI input and one HDMI output that may be looped to it. Its own programs are v4l2-ctl's. */
export class Vivid {
  private readonly guest: Guest;
  readonly capture: string;
  readonly output: string;

  /** Loads the module anew. @throws Error when the kernel has none, or it makes no devices. */
  static async load(guest: Guest): Promise<Vivid> {
    await Vivid.unload(guest);
    await guest.exec(['modprobe', 'vivid', 'n_devs=1', 'node_types=0x101', 'num_inputs=1', 'input_types=0x3', 'num_outputs=1', 'output_types=0x1']);
    await guest.exec(['udevadm', 'settle', '--timeout=20']);
    const names = (await guest.exec(['grep', '-H', '', '-r', '--include=name', '/sys/class/video4linux/', '-s']).catch(() => '')) || (await guest.exec(['sh', '-c', 'grep -H "" /sys/class/video4linux/*/name']));
    const find = (suffix: string): string => {
      const node = new RegExp(`/(video\\d+)/name:vivid-\\d+-${suffix}$`, 'm').exec(names)?.[1];
      if (node === undefined) throw new Error(`vivid made no ${suffix}: ${names}`);
      return `/dev/${node}`;
    };
    return new Vivid(guest, find('vid-cap'), find('vid-out'));
  }

  /** @throws Error when it is in use. */
  static async unload(guest: Guest): Promise<void> {
    await guest.exec(['modprobe', '--remove', 'vivid']);
  }

  private constructor(guest: Guest, capture: string, output: string) {
    this.guest = guest;
    this.capture = capture;
    this.output = output;
  }

  /** What the cable brings: a key of SIGNAL. */
  async setSignal(mode: keyof typeof SIGNAL): Promise<void> {
    await this.control(`dv_timings_signal_mode=${SIGNAL[mode]}`);
  }

  /** vivid's own test picture, without its text. @param pattern of its menu; 0 are bars of 75 %. */
  async showTestPicture(pattern: number): Promise<void> {
    await this.control(`hdmi_000_0_is_connected_to=${FROM_TEST_PICTURE}`);
    await this.control(`test_pattern=${pattern},osd_text_mode=2`);
  }

  /** Timings that the input's driver lists. */
  async listTimings(): Promise<readonly VividTimings[]> {
    const text = await this.guest.exec(['v4l2-ctl', '-d', this.capture, '--list-dv-timings']);
    return text.split(/^\s*Index: /m).slice(1).map((entry) => {
      const number = (pattern: RegExp): number => Number(pattern.exec(entry)?.[1]);
      return { index: Number.parseInt(entry, 10), widthPx: number(/Active width: (\d+)/), heightPx: number(/Active height: (\d+)/), isInterlaced: /interlaced/.test(entry), framesPerSecond: number(/\(([\d.]+) (?:frames|fields) per second/) };
    });
  }

  /** @param name of its menu; frames of interlaced ones, and fractions left out: 720x480i29, 640x480p59. @throws Error when it is no name of a mode that can be set. */
  async findTimings(name: string): Promise<VividTimings> {
    const [, width, height, scan, frames] = /^(\d+)x(\d+)([pi])(\d+)$/.exec(name) ?? [];
    const found = (await this.listTimings()).find((each) => each.widthPx === Number(width) && each.heightPx === Number(height) && each.isInterlaced === (scan === 'i') && Math.floor(each.isInterlaced ? each.framesPerSecond / 2 : each.framesPerSecond) === Number(frames));
    if (!found) throw new Error(`vivid cannot be set to ${name}`);
    return found;
  }

  /** The console's new mode: what the input finds when it asks. The one that captures has to follow. */
  async sendTimings(name: string): Promise<void> {
    const menu = await this.guest.exec(['v4l2-ctl', '-d', this.capture, '--list-ctrls-menus']);
    const index = new RegExp(`^\\s+(\\d+): ${name}$`, 'm').exec(menu.slice(menu.indexOf(' dv_timings ')))?.[1];
    if (index === undefined) throw new Error(`vivid knows no timings ${name}`);
    await this.control(`dv_timings=${index}`);
    await this.setSignal('selected');
  }

  /** The format that the input is set to: the loop goes only where both sides have the same. */
  async readFormat(): Promise<string> {
    const text = await this.guest.exec(['v4l2-ctl', '-d', this.capture, '--get-fmt-video']);
    const fourcc = /Pixel Format\s*: '(.{4})'/.exec(text)?.[1];
    if (fourcc === undefined) throw new Error(`no pixel format in: ${text}`);
    return fourcc;
  }

  /**
   * Writes a picture (limited range, BT.709) to the HDMI output, again and again, and loops it to the input.
   * @param name of its menu of timings, e.g. 1280x720p30: what the output puts out and the input finds when it asks.
   */
  async feed(file: string, name: string, fourcc = 'YUYV'): Promise<{ stop(): Promise<void> }> {
    const timings = await this.findTimings(name);
    await this.sendTimings(name);
    await this.guest.exec(['v4l2-ctl', '-d', this.output, '--set-dv-bt-timings', `index=${timings.index}`]);
    await this.control('osd_text_mode=2');
    await this.control(`hdmi_000_0_is_connected_to=${FROM_OUTPUT}`);
    await this.guest.exec(['v4l2-ctl', '-d', this.output, `--set-fmt-video-out=width=${timings.widthPx},height=${timings.heightPx},pixelformat=${fourcc},colorspace=rec709`]);
    const feeding = this.guest.start(['v4l2-ctl', '-d', this.output, '--stream-out-mmap', `--stream-from=${file}`, '--stream-loop'], { timeoutMs: FEED_TIMEOUT_MS });
    return {
      stop: async () => {
        await feeding.kill('SIGINT');
        await feeding.ended.catch(() => undefined);
      },
    };
  }

  async control(setting: string): Promise<void> {
    await this.guest.exec(['v4l2-ctl', '-d', this.capture, '--set-ctrl', setting]);
  }
}
