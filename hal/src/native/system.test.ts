import assert from 'node:assert/strict';
import { AppError } from '@scanlink/protocol';
import { fromSystem, loadSystem, openSystemdNotifier } from './system.ts';

describe('systemd notifier', () => {
  const open = (environment: NodeJS.ProcessEnv): { told: string[]; notifier: ReturnType<typeof openSystemdNotifier> } => {
    const told: string[] = [];
    return { told, notifier: openSystemdNotifier(environment, () => ({ notify: (address, state) => told.push(`${address} ${state}`) })) };
  };

  it('says nothing, and loads nothing, where nobody asked', () => {
    for (const environment of [{}, { NOTIFY_SOCKET: '' }]) {
      const notifier = openSystemdNotifier(environment, () => assert.fail('loaded'));
      notifier.ready();
      notifier.beat();
      assert.equal(notifier.asked, false);
    }
  });

  it('takes the socket out of the environment, and speaks sd_notify', () => {
    const environment: NodeJS.ProcessEnv = { NOTIFY_SOCKET: '@x', OTHER: '1' };
    const { told, notifier } = open(environment);
    assert.deepEqual(environment, { OTHER: '1' });
    notifier.ready('idle');
    notifier.beat();
    notifier.status('live');
    notifier.stopping();
    assert.deepEqual(told, ['@x READY=1\nSTATUS=idle', '@x WATCHDOG=1', '@x STATUS=live', '@x STOPPING=1']);
  });

  it('words cannot become a message of their own', () => {
    const { told, notifier } = open({ NOTIFY_SOCKET: '/s' });
    notifier.status('a\nMAINPID=1\r\n\0b');
    assert.deepEqual(told, ['/s STATUS=a MAINPID=1 b']);
  });
});

describe('load-system', () => {
  it('turns the addon\'s errors into AppError, and leaves others', () => {
    const fail = (thrown: Error) => () => fromSystem(() => { throw thrown; });
    assert.throws(fail(Object.assign(new Error('sendto: ENOENT (No such file or directory)'), { code: 'NAT_SYSTEM' })), (error: unknown) =>
      error instanceof AppError && error.code === 'NAT_SYSTEM' && /ENOENT/.test(error.message) && /[一-鿿]/.test(error.toBody().messageZh));
    const other = new Error('x');
    assert.throws(fail(other), (error: unknown) => error === other);
  });
  it('says when it is not built', () => {
    assert.throws(() => loadSystem('/nonexistent/scanlink_system.node'), (error: unknown) => error instanceof AppError && error.code === 'NAT_ADDON_MISSING');
  });
});
