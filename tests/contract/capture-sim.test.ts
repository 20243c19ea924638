import { describeCaptureContract } from '@scanlink/hal/capture/capture.contract';
import { createSimDriver } from '@scanlink/hal/capture/capture.sim';
import { isSimulatedConsole } from '@scanlink/hal/capture/simulated-console';
import { loadProbes } from '@scanlink/hal/native/probe';

describeCaptureContract({
  name: 'simulated console',
  probes: loadProbes,
  open: () => createSimDriver().open({ source: 'phantom', timing: '640x480p60' }),
  timing: { name: '640x480p60', widthPx: 640, heightPx: 480, rate: 60 },
  jitterUs: 2,
  simulated: true,
  provoke: (input, command, timing) => {
    if (isSimulatedConsole(input)) input.command(timing === undefined ? { command } : { command, timing });
  },
  otherTiming: { name: '800x600p60', widthPx: 800 },
});

describe('capture contract: V4L2', () => {
  it('is for the driver of the real box [pending: a device is wanted; v4l2_vivid_tests go over the same ground on vivid, by hand]');
});
