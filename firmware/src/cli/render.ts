import { signalTexts, type BoxStatus, type CaptureDeviceView, type InputState, type Language, type LinkList, type LinkResult, type SessionView, type StillResult } from '@scanlink/protocol';
import { renderTable } from './table.ts';
import { activityTexts, describeGaps, dropTexts, gapReasonTexts, sessionStateTexts, words, type Word } from './texts.ts';

type Say = (word: Word) => string;
type Row = readonly string[];

/** An answer of the box as words for people. nowMs: Unix milliseconds, for durations. */
export function renderResult(method: string, result: unknown, language: Language, nowMs: number): string {
  const say: Say = (word) => words[word][language];
  if (method === 'status') return renderStatus(result as BoxStatus, language, nowMs);
  if (method === 'devices') return renderDevices(result as CaptureDeviceView[], say);
  if (method === 'still') return renderStill(result as StillResult, say);
  if (method === 'session.link') return renderTable(linkRows(result as LinkResult, say));
  if (method === 'session.links') return renderLinks(result as LinkList, say, nowMs);
  if (method === 'session.revoke-links') return say('done');
  if (method === 'session.start') return renderTable([...sessionRows(result as SessionView, language, nowMs), ...linkRows((result as { link: LinkResult | null }).link, say)]);
  if (method.startsWith('session.')) return renderSession(result as SessionView, language, nowMs);
  return say('done');
}

/** m:ss, or h:mm:ss from an hour on. */
export function formatDuration(durationMs: number): string {
  const seconds = Math.max(0, Math.floor(durationMs / 1000));
  const two = (value: number): string => String(value).padStart(2, '0');
  const minutes = Math.floor(seconds / 60);
  return minutes < 60 ? `${minutes}:${two(seconds % 60)}` : `${Math.floor(minutes / 60)}:${two(minutes % 60)}:${two(seconds % 60)}`;
}

function renderStatus(status: BoxStatus, language: Language, nowMs: number): string {
  const say: Say = (word) => words[word][language];
  const { hub, media } = status;
  const lasting = (sinceMs: number): string => `${say('since')} ${formatDuration(nowMs - sinceMs)}`;
  const watching = hub.viewers === undefined ? '' : `, ${say('watching')} ${hub.viewers}`;
  const offset = hub.clockOffsetMs === null ? '' : `, ${say('clock')} ${Math.round(hub.clockOffsetMs) || 0} ms`;
  const head: Row[] = [
    [say('box'), `${status.boxId}${status.room ? ` (${status.room})` : ''}, ${say('version')} ${status.version}, ${say('up')} ${formatDuration(nowMs - status.startedMs)}`],
    hub.foreign ? [say('hub'), `${hub.host} ${say('foreignHub')}`] : [say('hub'), `${hub.host} ${say(hub.connected ? 'connected' : 'notConnected')} ${lasting(hub.sinceMs)}${offset}${watching}`],
    ...(hub.insecure ? [['', say('insecureHub')]] : []),
    ...(hub.error ? [['', errorText(hub.error, language)]] : []),
    [say('media'), `${say(media.connected ? 'connected' : 'notConnected')}, ${say('restarts')} ${media.restarts}`],
    ...(status.session ? sessionRows(status.session, language, nowMs) : [[say('session'), sessionStateTexts.idle[language]]]),
    ...publisherRows(status, say),
    ...(status.captureError ? [[say('capture'), errorText(status.captureError, language)]] : []),
    ...(status.storeError ? [[say('store'), errorText(status.storeError, language)]] : []),
    ...(status.configWarning ? [[say('configuration'), errorText(status.configWarning, language)]] : []),
  ];
  const parts = [renderTable(head)];
  if (status.inputs.length > 0) {
    const columns: Word[] = ['input', 'signal', 'timing', 'picture', 'dropped', 'device'];
    parts.push(renderTable([columns.map(say), ...status.inputs.map((input) => inputRow(input, language, nowMs))]));
  }
  if (status.session && status.session.gapCount > 0) parts.push(renderGaps(status.session, language));
  return parts.join('\n\n');
}

function sessionRows(session: SessionView, language: Language, nowMs: number): Row[] {
  const say: Say = (word) => words[word][language];
  return [
    [say('session'), `${sessionStateTexts[session.state][language]}, ${say('since')} ${formatDuration(nowMs - session.sinceMs)}`],
    ...(session.state === 'suspended' ? [['', say('decide')]] : []),
    [say('code'), session.code],
    [say('input'), session.input],
    ...(session.error ? [[say('error'), errorText(session.error, language)]] : []),
  ];
}

function renderSession(session: SessionView, language: Language, nowMs: number): string {
  // Over: its code and errors are of no use any more.
  return session.state === 'idle' ? words.ended[language] : renderTable(sessionRows(session, language, nowMs));
}

function linkRows(link: LinkResult | null, say: Say): Row[] {
  return link === null ? [[say('link'), say('noLink')]] : [[say('link'), link.url], [say('until'), formatDate(link.expiresMs)], ...(link.linkId === undefined ? [] : [[say('linkId'), link.linkId]])];
}

/** Those that still open something first: what a person looks for is what can be revoked. */
function renderLinks({ links }: LinkList, say: Say, nowMs: number): string {
  if (links.length === 0) return say('noLinks');
  const state = (link: LinkList['links'][number]): Word => (link.revokedMs !== null ? 'revoked' : link.expiresMs <= nowMs ? 'expired' : 'valid');
  const columns: Word[] = ['linkId', 'state', 'created', 'until', 'watchers'];
  const rows = links.toSorted((a, b) => Number(state(b) === 'valid') - Number(state(a) === 'valid')).map((link) => [link.linkId, say(state(link)), formatDate(link.createdMs), formatDate(link.expiresMs), String(link.viewers)]);
  return renderTable([columns.map(say), ...rows]);
}

function publisherRows({ publisher }: BoxStatus, say: Say): Row[] {
  if (!publisher) return [];
  // Before its first picture there is nothing to say of a stream.
  if (publisher.widthPx === 0) return [[say('stream'), say('noPictureYet')]];
  const parts = [
    `${publisher.widthPx}x${publisher.heightPx}`, `${publisher.sentFps.toFixed(1)} fps`, `${publisher.bitrateKbps.toFixed(0)}/${publisher.targetKbps.toFixed(0)} kbit/s`,
    `${say('loss')} ${(publisher.lossFraction * 100).toFixed(1)} %`, ...(publisher.rttMs === null ? [] : [`RTT ${publisher.rttMs.toFixed(0)} ms`]),
  ];
  return [[say('stream'), parts.join(', ')], ...(publisher.encoder === undefined ? [] : [[say('encoder'), publisher.encoder]])];
}

function inputRow(input: InputState, language: Language, nowMs: number): Row {
  const reasons = Object.entries(input.framesDropped).filter(([, count]) => count > 0).map(([reason, count]) => `${dropTexts[reason]?.[language] ?? reason} ${count}`);
  const activity = activityTexts[input.activity][language];
  const picture = input.activity === 'unchanged' || input.activity === 'stalled' ? `${activity} ${formatDuration(nowMs - input.activitySinceMs)}` : activity;
  const signal = signalTexts[input.signal][language];
  const notes = [input.deinterlaced === true ? words.deinterlaced[language] : '', input.colourApproximate === true ? words.approximate[language] : ''].filter((note) => note !== '');
  return [
    input.name, input.signal === 'locked' ? signal : `${signal} ${formatDuration(nowMs - input.signalSinceMs)}`, input.timing ?? '—', [picture, ...notes].join(', '), `${reasons.length === 0 ? '0' : reasons.join(', ')} / ${input.framesCaptured}`,
    `${input.device}${input.simulated ? ` (${words.simulated[language]})` : ''}`,
  ];
}

function renderGaps(session: SessionView, language: Language): string {
  const say: Say = (word) => words[word][language];
  const rows = session.gaps.map((gap) => [formatTime(gap.startMs), gap.endMs === null ? say('lasting') : formatTime(gap.endMs), gapReasonTexts[gap.reason][language]]);
  return `${describeGaps(session.gapCount, formatDuration(session.gapMs), session.gaps.length, language)}\n${renderTable([[say('from'), say('to'), say('reason')], ...rows])}`;
}

function renderDevices(devices: readonly CaptureDeviceView[], say: Say): string {
  if (devices.length === 0) return say('none');
  const columns: Word[] = ['driver', 'kind', 'device', 'inputs', 'match', 'formats', 'signalKnown'];
  const rows = devices.map(({ driver, kind, device, inputs, match, formats, signalKnown }) => [
    driver, say(`kind-${kind}`), device, inputs.join(' ') || '—', Object.entries(match).map(([key, value]) => `${key}=${value}`).join(' ') || '—', formats.join(' ') || '—', say(signalKnown ? 'yes' : 'no'),
  ]);
  return renderTable([columns.map(say), ...rows]);
}

function renderStill(still: StillResult, say: Say): string {
  return renderTable([[say('file'), still.path], [say('size'), `${still.widthPx}x${still.heightPx}`], [say('exact'), say(still.exact ? 'yes' : 'no')], [say('conversion'), still.conversion]]);
}

function errorText(error: { readonly code: string; readonly message: string; readonly messageZh: string }, language: Language): string {
  return `${error.code}: ${language === 'zh' ? error.messageZh : error.message}`;
}

/** Local date and time, to the second. */
function formatDate(unixMs: number): string {
  return new Date(unixMs).toLocaleString('sv');
}

/** Local time with milliseconds, as somebody at the box reads a clock. */
function formatTime(unixMs: number): string {
  const date = new Date(unixMs);
  const pad = (value: number, digits: number): string => String(value).padStart(digits, '0');
  return `${pad(date.getHours(), 2)}:${pad(date.getMinutes(), 2)}:${pad(date.getSeconds(), 2)}.${pad(date.getMilliseconds(), 3)}`;
}
