import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';
import { makeTempDir } from '../temp-dir.ts';
import { onnxModels, onnxPython } from './onnx-models.ts';

const FIXTURES = fileURLToPath(new URL('../../fixtures/bench/onnx', import.meta.url));

/** Calls of one of the benchmark's models, one after the other, with an input of this shape. */
export interface Call {
  readonly model: string;
  readonly shape: readonly number[];
  readonly calls: number;
}

/** Somebody who makes such calls. */
export interface Peer {
  /** How long one took, in microseconds. */
  us(call: Call): Promise<number>;
  end(): Promise<void>;
}

/** onnxruntime in the Python process itself, with as many threads. */
export async function startInProcess(threads: number): Promise<Peer> {
  return startLines([join(FIXTURES, 'in_process.py'), await onnxModels(), String(threads)]);
}

/** The thinnest relay of `call`'s model that Node allows, called from Python: the model's output is as large as its input. */
export async function startThinRelay({ model, shape }: Call, threads: number): Promise<Peer> {
  const path = join(await onnxModels(), model, 'model.onnx');
  const socket = join(makeTempDir(), 'relay');
  const inputBytes = shape.reduce((product, dimension) => product * dimension, Float32Array.BYTES_PER_ELEMENT);
  const args = [join(FIXTURES, 'thin_relay.mjs'), path, socket, inputBytes, threads, ...shape].map(String);
  const env = { ...process.env, ORT_DISABLE_TELEMETRY: '1' };
  const relay = spawn(process.execPath, args, { env, stdio: ['ignore', 'pipe', 'inherit'] });
  await once(relay.stdout, 'data');
  const caller = await startLines([join(FIXTURES, 'thin_relay.py'), socket]);
  return {
    us: (call) => caller.us(call),
    end: async () => {
      await caller.end();
      relay.kill();
      await once(relay, 'exit');
    },
  };
}

/** A Python program that takes a call a line, and answers each with a line. */
async function startLines(args: readonly string[]): Promise<Peer> {
  const child = spawn(await onnxPython(), args, { stdio: ['pipe', 'pipe', 'inherit'] });
  const lines = createInterface({ input: child.stdout })[Symbol.asyncIterator]();
  return {
    us: async (call) => {
      child.stdin.write(`${JSON.stringify(call)}\n`);
      const answer = await lines.next();
      return (JSON.parse(String(answer.value)) as { us: number }).us;
    },
    end: async () => {
      child.kill();
      await once(child, 'exit');
    },
  };
}
