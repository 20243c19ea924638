/**
 * FFmpeg (node-av's 8.1, in process) as an encoder and WHIP publisher, for `npm run bench -- latency`. The peer gets what
 * our box gets: packed YUYV pictures at an even rate, the time code drawn at hand-over and stamped with the moment that was due, converted by swscale, encoded
 * by libx264 for zero latency, sent by FFmpeg's own `whip` muxer. FFmpeg answers no PLI, so the harness asks for key frames.
 * Run: node ffmpeg-feeder.ts '<FeederOptions as JSON>'; stdin lines `key` and `stop`; stdout JSON lines.
 */
import { readFileSync } from 'node:fs';
import { createInterface } from 'node:readline';
import { isMainThread, parentPort, Worker, workerData } from 'node:worker_threads';
import {
  AV_CODEC_FLAG_GLOBAL_HEADER, AV_CODEC_ID_H264, AV_PICTURE_TYPE_I, AV_PICTURE_TYPE_NONE, AV_PIX_FMT_YUV420P, AV_PIX_FMT_YUYV422, AVCOL_RANGE_MPEG, AVCOL_SPC_BT709,
  Codec, CodecContext, Dictionary, FFmpegError, FormatContext, Frame, Packet, Rational, SoftwareScaleContext, SWS_POINT,
} from 'node-av';
import { crc16 } from '../../protocol/src/timecode.ts';

interface FeederOptions {
  readonly whipUrl: string;
  /** The environment variable that holds the bearer token, so that it is in no process list. */
  readonly tokenEnv: string;
  readonly widthPx: number;
  readonly heightPx: number;
  readonly framesPerSecond: number;
  readonly bitrateKbps: number;
  readonly vbvKbit: number;
  readonly preset: string;
  readonly x264Params: string;
  /** File of whole YUYV pictures, stride widthPx * 2, played forwards and backwards, so that nothing jumps. */
  readonly picturesPath: string;
  readonly threads: number;
}

const KEY = 0;
const STOP = 1;

if (isMainThread) {
  const flags = new Int32Array(new SharedArrayBuffer(8));
  const options = JSON.parse(process.argv[2] ?? '{}') as FeederOptions;
  const worker = new Worker(new URL(import.meta.url), { workerData: { options, flags, token: process.env[options.tokenEnv] ?? '' } });
  worker.on('message', (message) => process.stdout.write(`${JSON.stringify(message)}\n`));
  worker.on('error', (error) => { process.stdout.write(`${JSON.stringify({ event: 'error', message: error.message })}\n`); process.exitCode = 1; });
  worker.on('exit', () => process.exit());
  const stop = () => { Atomics.store(flags, STOP, 1); };
  const lines = createInterface({ input: process.stdin });
  lines.on('line', (line) => { if (line === 'key') Atomics.store(flags, KEY, 1); if (line === 'stop') stop(); });
  lines.on('close', stop);
  process.on('SIGTERM', stop);
} else {
  const { options, flags, token } = workerData as { options: FeederOptions; flags: Int32Array; token: string };
  play(options, flags, token);
}

/** Encodes and sends until told to stop. Blocking on purpose: no event loop between the clock and the encoder. */
function play(options: FeederOptions, flags: Int32Array, token: string): void {
  const { widthPx, heightPx } = options;
  const encoder = openEncoder(options);
  const output = openOutput(options, encoder, token);
  const pictures = readFileSync(options.picturesPath);
  const pictureBytes = widthPx * heightPx * 2;
  const pictureCount = Math.floor(pictures.length / pictureBytes);

  const source = makeFrame(AV_PIX_FMT_YUYV422, widthPx, heightPx);
  const picture420 = makeFrame(AV_PIX_FMT_YUV420P, widthPx, heightPx);
  const scaler = new SoftwareScaleContext();
  scaler.getContext(widthPx, heightPx, AV_PIX_FMT_YUYV422, widthPx, heightPx, AV_PIX_FMT_YUV420P, SWS_POINT);
  const packet = new Packet();
  packet.alloc();

  const intervalNs = 1_000_000_000 / options.framesPerSecond;
  const startNs = process.hrtime.bigint();
  const encodeMs: number[] = [];
  parentPort?.postMessage({ event: 'publishing' });
  for (let index = 0, played = 0; Atomics.load(flags, STOP) === 0; played += 1) {
    const place = played % (2 * pictureCount);
    const picked = place < pictureCount ? place : 2 * pictureCount - 1 - place;
    const picture = pictures.subarray(picked * pictureBytes, (picked + 1) * pictureBytes);
    fillSource(source, picture, widthPx, heightPx);
    // As the simulated console does: the picture lies ready, and its time is when it was due, so that waking late counts.
    const dueNs = startNs + BigInt(Math.round(index * intervalNs));
    sleepUntil(dueNs);
    const handedOverNs = process.hrtime.bigint();
    drawTimecode(source, Number(dueNs / 1000n));
    check(picture420.makeWritable(), 'reuse the picture');
    check(scaler.scaleFrameSync(picture420, source), 'scale');
    picture420.pts = BigInt(index);
    picture420.pictType = Atomics.exchange(flags, KEY, 0) === 1 ? AV_PICTURE_TYPE_I : AV_PICTURE_TYPE_NONE;
    check(encoder.sendFrameSync(picture420), 'send frame');
    while (encoder.receivePacketSync(packet) >= 0) {
      encodeMs.push(Number(process.hrtime.bigint() - handedOverNs) / 1e6);
      packet.streamIndex = 0;
      packet.rescaleTs(encoder.timeBase, output.streams[0]!.timeBase);
      check(output.writeFrameSync(packet), 'write');
      packet.unref();
    }
    // Behind its time it drops pictures, as our box does: the newest one counts, and no queue grows.
    index = Math.max(index + 1, Math.ceil(Number(process.hrtime.bigint() - startNs) / intervalNs));
    if (encodeMs.length >= 150) parentPort?.postMessage({ event: 'encoded', encodeMsP50: encodeMs.splice(0).sort((a, b) => a - b)[75] });
  }
  output.writeTrailerSync();
  parentPort?.postMessage({ event: 'stopped' });
}

function openEncoder(options: FeederOptions): CodecContext {
  const encoder = new CodecContext();
  const codec = Codec.findEncoderByName('libx264');
  if (!codec) throw new Error('this FFmpeg has no libx264');
  encoder.allocContext3(codec);
  encoder.width = options.widthPx;
  encoder.height = options.heightPx;
  encoder.pixelFormat = AV_PIX_FMT_YUV420P;
  encoder.timeBase = new Rational(1, options.framesPerSecond);
  encoder.framerate = new Rational(options.framesPerSecond, 1);
  encoder.bitRate = BigInt(options.bitrateKbps * 1000);
  encoder.rcMaxRate = BigInt(options.bitrateKbps * 1000);
  encoder.rcBufferSize = options.vbvKbit * 1000;
  encoder.gopSize = 100_000;
  encoder.maxBFrames = 0;
  encoder.threadCount = options.threads;
  encoder.colorRange = AVCOL_RANGE_MPEG;
  encoder.colorSpace = AVCOL_SPC_BT709;
  encoder.setFlags(AV_CODEC_FLAG_GLOBAL_HEADER);
  check(encoder.open2Sync(codec, Dictionary.fromObject({
    preset: options.preset, tune: 'zerolatency', profile: 'baseline', 'forced-idr': '1', 'x264-params': options.x264Params,
  })), 'open the encoder');
  return encoder;
}

function openOutput(options: FeederOptions, encoder: CodecContext, token: string): FormatContext {
  const output = new FormatContext();
  check(output.allocOutputContext2(null, 'whip', options.whipUrl), 'make the WHIP output');
  const stream = output.newStream();
  check(encoder.parametersFromContext(stream.codecpar), 'copy parameters');
  stream.codecpar.codecId = AV_CODEC_ID_H264;
  stream.timeBase = encoder.timeBase;
  check(output.writeHeaderSync(Dictionary.fromObject({ authorization: token })), 'start the WHIP session');
  return output;
}

function makeFrame(format: number, widthPx: number, heightPx: number): Frame {
  const frame = new Frame();
  frame.alloc();
  frame.format = format as Frame['format'];
  frame.width = widthPx;
  frame.height = heightPx;
  check(frame.getBuffer(0), 'allocate a picture');
  return frame;
}

function fillSource(frame: Frame, picture: Buffer, widthPx: number, heightPx: number): void {
  const plane = frame.data![0]!;
  const strideBytes = frame.linesize[0]!;
  if (strideBytes === widthPx * 2) { picture.copy(plane); return; }
  for (let y = 0; y < heightPx; y += 1) picture.copy(plane, y * strideBytes, y * widthPx * 2, (y + 1) * widthPx * 2);
}

/** Draws 2x32 cells of 8x8 pixels (protocol/src/timecode.ts) into the luma of a YUYV frame. */
function drawTimecode(frame: Frame, timestampUs: number): void {
  const plane = frame.data![0]!;
  const strideBytes = frame.linesize[0]!;
  const bytes = Array.from({ length: 6 }, (_, index) => Math.floor(timestampUs / 256 ** (5 - index)) % 256);
  const crc = crc16(bytes);
  bytes.push(crc >> 8, crc & 255);
  for (let bit = 0; bit < 64; bit += 1) {
    const value = (bytes[bit >> 3]! >> (7 - (bit & 7))) & 1 ? 235 : 16;
    const pair = (128 << 24) | (value << 16) | (128 << 8) | value;
    for (let row = 0; row < 8; row += 1) {
      const start = ((bit >> 5) * 8 + row) * strideBytes + (bit & 31) * 16;
      for (let x = 0; x < 16; x += 4) plane.writeInt32LE(pair, start + x);
    }
  }
}

function sleepUntil(deadlineNs: bigint): void {
  const cell = new Int32Array(new SharedArrayBuffer(4));
  const leftMs = Number(deadlineNs - process.hrtime.bigint()) / 1e6;
  if (leftMs > 0) Atomics.wait(cell, 0, 0, leftMs);
}

function check(result: number, what: string): void {
  if (result < 0) throw new Error(`FFmpeg could not ${what}: ${new FFmpegError(result).message}`);
}
