import { spawn } from 'node:child_process';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';
import type { TensorBytes } from '../../bridge/node/tensor-body.ts';
import { unlessQuick } from '../support/bench/quick.ts';
import { printHeading, printLine } from '../support/bench/report.ts';
import { alternate, median, medianRatio } from '../support/bench/rounds.ts';
import { installTensorflow } from '../support/tensorflow/installed.ts';
import { localModel } from '../support/tensorflow/own-serving.ts';
import { basesOf, openExternal } from '../support/tensorflow/served-models.ts';
import { StandIn } from '../support/tensorflow/stand-in.ts';

/*
 * Calls of a model through our client of TensorFlow Serving, beside the same calls by a client in Python on tensorflow-serving-api's stubs; both ask one
 * stand-in of TensorFlow Serving, on real TensorFlow. Rounds alternate, so that both meet the same machine.
 */

const ROUNDS = unlessQuick(15, 3);
const PEER = 'a client in Python';
const tensorflow = await installTensorflow();
const server = await StandIn.start(tensorflow, basesOf(tensorflow, ['scale', 'heavy']));
const address = `127.0.0.1:${server.address.port}`;
const script = fileURLToPath(new URL('../support/tensorflow/bench_client.py', import.meta.url));
const peer = spawn(tensorflow.python, [script, address], { stdio: ['pipe', 'pipe', 'ignore'] });
const answers = createInterface({ input: peer.stdout })[Symbol.asyncIterator]();
const { serving } = await openExternal({ address: server.address }, ['scale', 'heavy']);

interface Asked {
  readonly model: string;
  readonly input: string;
  readonly dtype: 'float32' | 'int32';
  readonly shape: readonly number[];
  readonly value: number;
  readonly calls: number;
}

async function theirs(asked: Asked): Promise<number> {
  peer.stdin.write(`${JSON.stringify(asked)}\n`);
  const answer = (await answers.next()) as { readonly value: string };
  return median(JSON.parse(answer.value) as number[]);
}

async function ours({ model, input, dtype, shape, value, calls }: Asked): Promise<number> {
  const loaded = await serving.load(localModel(model, '1', ''));
  const count = shape.reduce((product, size) => product * size, 1);
  const array = dtype === 'float32' ? new Float32Array(count).fill(value) : new Int32Array(count).fill(value);
  const tensor: TensorBytes = { name: input, type: dtype, shape, bytes: Buffer.from(array.buffer) };
  const times: number[] = [];
  for (let call = 0; call < calls; call += 1) {
    const begin = performance.now();
    await loaded.predict([tensor], new AbortController().signal);
    times.push(performance.now() - begin);
  }
  return median(times);
}

try {
  printHeading('tensorflow: calls of a model through TensorFlow Serving');
  const scale = { model: 'scale', input: 'x', dtype: 'float32', value: 1.5 } as const;
  for (const { title, asked, atMost } of [
    { title: '4 floats', asked: { ...scale, shape: [4], calls: 200 }, atMost: null },
    { title: '1 MB in, 1 MB out', asked: { ...scale, shape: [262_144], calls: 20 }, atMost: 1.1 },
    { title: '20 MB in, 20 MB out', asked: { ...scale, shape: [5_242_880], calls: 2 }, atMost: 1.1 },
    {
      title: 'a model of 10 ms and more',
      asked: { model: 'heavy', input: 'rounds', dtype: 'int32', shape: [], value: 200, calls: 10 } as const,
      atMost: 1.1,
    },
  ]) {
    const short = { ...asked, calls: Math.max(1, Math.floor(asked.calls / unlessQuick(1, 10))) };
    await ours(short);
    await theirs(short);
    const shown = await alternate(ROUNDS, { ours: () => ours(short), theirs: () => theirs(short) });
    const more = median(shown.ours.map((ms, round) => ms - (shown.theirs[round] ?? NaN)));
    if (atMost === null) {
      printLine({ title: `${title}: more than ${PEER}`, shown: `${more.toFixed(2)} ms`, target: 'at most 0.9 ms' });
    } else {
      printLine({
        title,
        shown: `${median(shown.ours).toFixed(2)} ms`,
        ratio: { value: medianRatio(shown.ours, shown.theirs), peer: PEER, target: { atMost } },
      });
    }
  }
} finally {
  peer.kill('SIGKILL');
  await serving.close();
  await server.kill();
}
