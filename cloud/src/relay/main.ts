import { isIP } from 'node:net';
import { preload } from 'node-datachannel';
import { AppError } from '@scanlink/protocol';
import { systemClock } from '@scanlink/protocol/lib/clock';
import { startHeartbeat } from '@scanlink/protocol/lib/heartbeat';
import { explain } from '../lib/exit-codes.ts';
import { readFlags, readLogLevel, readPort } from '../lib/flags.ts';
import { createLogger } from '@scanlink/protocol/lib/logger';
import { startRelay, type RelayProcessOptions } from './compose.ts';

/** The hub's relay process. Flags: see readOptions. SIGTERM or SIGINT: all peers are closed, exit 0 within a second. */
/** Peers say goodbye (DTLS close, SCTP abort) on the library's threads. */
const FAREWELL_MS = 150;
/** Further addresses of a port behind a translator of addresses: `--advertise A[,B]`. */
const MAX_ADVERTISED = 4;

function readOptions(args: readonly string[]): RelayProcessOptions {
  const { flags } = readFlags(args, {
    'run-dir': { required: true }, 'udp-port': { required: true }, 'bind-address': { default: '127.0.0.1' }, advertise: { default: '' },
    'playout-zero': { default: 'on' }, 'log-level': { default: 'info' },
  });
  const level = readLogLevel('--log-level', flags['log-level']);
  const playout = flags['playout-zero'];
  if (playout !== 'on' && playout !== 'off') throw new AppError('CFG_INVALID', { key: '--playout-zero', detail: 'on or off' });
  const advertise = flags.advertise.split(',').filter((each) => each !== '');
  if (advertise.length > MAX_ADVERTISED || advertise.some((each) => isIP(each) === 0)) throw new AppError('CFG_INVALID', { key: '--advertise', detail: 'at most 4 IP addresses, with commas between' });
  const udpPort = readPort('--udp-port', flags['udp-port']);
  if (udpPort === 0) throw new AppError('CFG_INVALID', { key: '--udp-port', detail: 'a port of its own is needed' });
  return { runDir: flags['run-dir'], udpPort, bindAddress: flags['bind-address'], advertise, playoutZero: playout === 'on', logger: createLogger({ name: 'hub-relay', level }) };
}

async function main(): Promise<void> {
  const options = readOptions(process.argv.slice(2));
  preload();
  const relay = await startRelay(options);
  options.logger.info({ epoch: relay.epoch, udpPort: options.udpPort }, 'relay ready');
  // Media is forwarded on this event loop: that it turns is its health.
  startHeartbeat(() => true, systemClock);
  const stop = (): void => {
    void relay.close().then(() => {
      options.logger.info('relay stopped');
      setTimeout(() => process.exit(0), FAREWELL_MS);
    });
  };
  process.once('SIGTERM', stop);
  process.once('SIGINT', stop);
}

try {
  await main();
} catch (thrown) {
  process.exit(explain(thrown));
}
