import { closeOnSignals, ProcessSupervisor } from '../../../scripts/run/supervisor/supervisor.process.ts';

// Helper of supervisor.test.ts: a supervisor as ./run has one, with a unit that prints its own process id.
const supervisor = new ProcessSupervisor({ onLine: ({ line }) => process.stdout.write(`${line}\n`) });
closeOnSignals(supervisor, () => process.exit(0));
supervisor.start({ name: 'a', command: '/bin/sh', args: ['-c', 'echo unit $$; exec sleep 60'], restart: 'always' });
