// Composition root of `./run --check`: hub and box of this machine, measured once by headless Chromium.
import { launch, say } from '../../../scripts/run/launch.ts';
import { runCheckOnSystem } from './check-system.ts';

launch((system, args) => runCheckOnSystem(system, args, say));
