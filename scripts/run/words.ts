import type { BoxStatus } from '@scanlink/protocol';
import type { RunArguments } from './arguments.ts';

/** What ./run says besides errors: each line in both languages. */
export const STOPPING = 'stopping … 正在停止 …';

/** How to type `./scanlink WORDS` for a data folder; the default one needs no option. */
export function scanlinkCommand(words: string, dataDir: string, defaultDir: string): string {
  return dataDir === defaultDir ? `./scanlink ${words}` : `./scanlink ${words} --data ${quote(dataDir)}`;
}

/** A word as a shell takes it whole. */
function quote(word: string): string {
  return /^[\w./@%+,:-]+$/.test(word) ? word : `'${word.replaceAll("'", String.raw`'\''`)}'`;
}

export interface Announcement {
  readonly hubUrl: string;
  /** null: there is none now, and `session link` makes one later. */
  readonly viewerUrl: string | null;
  readonly readyMs: number;
  readonly session: NonNullable<BoxStatus['session']>;
  readonly args: Pick<RunArguments, 'source' | 'timing' | 'dataDir' | 'device'>;
  readonly defaultDataDir: string;
}

/** The lines that end the start of ./run; the first ones are read by programs too. */
export function announcementLines({ hubUrl, viewerUrl, readyMs, session, args, defaultDataDir }: Announcement): string[] {
  const type = (words: string): string => scanlinkCommand(words, args.dataDir, defaultDataDir);
  const suspended = session.state === 'suspended';
  return [
    `hub: ${hubUrl}`,
    ...(viewerUrl === null ? [] : [`viewer: ${viewerUrl}`]),
    `ready in ${(readyMs / 1000).toFixed(1)} s`,
    '',
    ...(suspended ? [
      'The session of before is suspended, and nothing is sent. Type one of: 之前的会诊已暂停，未发送任何画面。请输入以下命令之一：',
      `  ${type('session resume')}    go on with it 继续`,
      `  ${type('session end')}    end it 结束`,
    ] : []),
    ...(viewerUrl === null ? [] : [`Open the viewer's address and compare the check code: ${session.code}. 请打开 viewer: 后的链接，核对码：${session.code}。`]),
    args.device ? `Source: ${args.source}, a capture device of this machine. 信号源：${args.source}，这台电脑上的采集卡。` : `Source: ${args.source} at ${args.timing}, simulated. 信号源：${args.source}，${args.timing}（仿真）。`,
    `  ${type('status')}    tells more 查看状态`,
    `  ${type('session link')}    makes another viewing link 再生成一个观看链接`,
    '  Ctrl-C    stops all 全部停止',
  ];
}

/** A unit that died. @param how signal or exit code. */
export function unitEndedLine(name: string, how: string, again: boolean): string {
  return `[${name}] ended (${how})${again ? ', starting it again' : ''}. 进程退出（${how}）${again ? '，正在重启' : ''}。`;
}

/** A unit's log file that cannot be written now. @param reason a system's code, or `slow`. */
export function droppingLine(name: string, reason: string): string {
  return `[${name}] log lines are dropped and counted (${reason}); everything else goes on. 日志暂时无法写入（${reason}），被丢弃的行会计数，其余照常运行。`;
}
