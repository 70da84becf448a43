import { spawn } from 'node:child_process';
import { once } from 'node:events';
import type { Readable, Writable } from 'node:stream';
import { fileURLToPath } from 'node:url';
import { encodeHead, FrameDecoder } from '../../bridge/node/framing.ts';
import { startPredictor } from '../support/predictor-process.ts';
import { defaultPython } from '../support/pythons.ts';

/*
 * Round trips Node -> Python -> Node through a predictor process, beside a bare echo of frames by a blocking loop in Python's main thread. JSON is parsed and written once on both sides;
 * of bytes both answer the size. Rounds alternate, so that both meet the same machine.
 */

type Call = (body: Buffer) => Promise<number>;

interface Size {
  readonly title: string;
  readonly body: Buffer;
  readonly calls: number;
  readonly depth: number;
}

const ROUNDS = 5;
const json = Buffer.from(JSON.stringify({ text: 'x'.repeat(1000) }));
const sizes: readonly Size[] = [
  { title: '1 KB JSON, depth 1', body: json, calls: 4000, depth: 1 },
  { title: '1 KB JSON, depth 8', body: json, calls: 8000, depth: 8 },
  { title: '1 MB, depth 1', body: Buffer.alloc(1024 * 1024, 1), calls: 200, depth: 1 },
  { title: '10 MB, depth 1', body: Buffer.alloc(10 * 1024 * 1024, 1), calls: 20, depth: 1 },
];

const echo = `
class PythonPredictor:
    def __init__(self, config):
        pass

    def predict(self, payload):
        if isinstance(payload, bytes):
            return {"bytes": len(payload)}
        return payload
`;

function bareEcho(): { call: Call; end: () => Promise<void> } {
  const program = fileURLToPath(new URL('../fixtures/bench/bare_echo.py', import.meta.url));
  const child = spawn(defaultPython.executable, ['-u', program], {
    stdio: ['ignore', 'inherit', 'inherit', 'pipe', 'pipe'],
  });
  const down = child.stdio[3] as Writable;
  const up = child.stdio[4] as Readable;
  const decoder = new FrameDecoder();
  const waiting: ((bytes: number) => void)[] = [];
  up.on('data', (chunk: Buffer) => {
    for (const { body } of decoder.push(chunk)) waiting.shift()?.(body.length);
  });
  const header = 'x'.repeat(40);
  return {
    call: (body) =>
      new Promise((resolve) => {
        waiting.push(resolve);
        down.cork();
        down.write(encodeHead(header, body.length));
        down.write(body);
        down.uncork();
      }),
    end: async () => {
      child.kill('SIGKILL');
      await once(child, 'exit');
    },
  };
}

async function callsPerSecond(call: Call, { body, calls, depth }: Size): Promise<number> {
  let left = calls;
  const caller = async (): Promise<void> => {
    while (left-- > 0) await call(body);
  };
  const begin = performance.now();
  await Promise.all(Array.from({ length: depth }, caller));
  return (calls * 1000) / (performance.now() - begin);
}

function median(values: readonly number[]): number {
  return [...values].sort((a, b) => a - b)[Math.floor(values.length / 2)] ?? Number.NaN;
}

const started = await startPredictor({ files: { 'predictor.py': echo } });
await started.process.ready;
const bare = bareEcho();
let id = 0;
const bridge: Call = async (body) => {
  const contentType = body === json ? 'application/json' : 'application/octet-stream';
  const outcome = await started.process.predict({ id: String(id++), contentType, payload: body });
  if (outcome.kind !== 'completed') throw new Error(`the call was ${outcome.kind}`);
  return outcome.result.length;
};
process.stdout.write('bridge: round trips/s, beside a bare echo of frames\n');
for (const size of sizes) {
  const ratios: number[] = [];
  const rates: number[] = [];
  await callsPerSecond(bridge, { ...size, calls: size.calls / 10 });
  await callsPerSecond(bare.call, { ...size, calls: size.calls / 10 });
  for (let round = 0; round < ROUNDS; round++) {
    const rate = await callsPerSecond(bridge, size);
    rates.push(rate);
    ratios.push(rate / (await callsPerSecond(bare.call, size)));
  }
  const rate = median(rates).toFixed(0).padStart(7);
  process.stdout.write(`  ${size.title.padEnd(20)} ${rate}/s   ratio to bare echo ${median(ratios).toFixed(2)}\n`);
}
await started.end();
await bare.end();
