import { waitForStopSignal } from '../../../scripts/run/stop-signal.ts';
import { ProcessSupervisor } from '../../../scripts/run/supervisor/supervisor.process.ts';

// Helper of supervisor.test.ts: stopped by a signal as ./run is, with a unit that prints its own process id.
const supervisor = new ProcessSupervisor({ onLine: ({ line }) => process.stdout.write(`${line}\n`) });
supervisor.start({ name: 'a', command: '/bin/sh', args: ['-c', 'echo unit $$; exec sleep 60'], restart: 'always' });
await waitForStopSignal();
await supervisor.close();
process.exit(0);
