import { spawn } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';
import { unlessQuick } from '../support/bench/quick.ts';
import { printHeading, printLine } from '../support/bench/report.ts';
import { alternate, median, medianRatio } from '../support/bench/rounds.ts';
import { makeProject } from '../support/project.ts';
import { servePons } from '../support/served.ts';
import { installTensorflow } from '../support/tensorflow/installed.ts';
import { basesOf } from '../support/tensorflow/served-models.ts';
import { StandIn } from '../support/tensorflow/stand-in.ts';
import { predict } from '../support/workload.ts';

/*
 * Calls of a model from inside a TensorFlowPredictor that Pons serves, beside the same calls by a client in Python on tensorflow-serving-api's stubs, from an
 * array to the same dictionary; both ask one stand-in of TensorFlow Serving, on real TensorFlow. Rounds alternate, so that both meet the same machine.
 */

const ROUNDS = unlessQuick(15, 3);
const PEER = 'a client in Python';
/** Whoever asks while calls are measured takes their time. */
const POLL_MS = 250;
const MODELS = ['scale', 'heavy'];
const tensorflow = await installTensorflow();
const server = await StandIn.start(tensorflow, basesOf(tensorflow, MODELS));
const address = `127.0.0.1:${server.address.port}`;
const script = fileURLToPath(new URL('../support/tensorflow/bench_client.py', import.meta.url));
const peer = spawn(tensorflow.python, [script, address], { stdio: ['pipe', 'pipe', 'ignore'] });
const answers = createInterface({ input: peer.stdout })[Symbol.asyncIterator]();
const project = makeProject({
  'cortex.yaml': `
- name: calls
  kind: AsyncAPI
  predictor:
    type: tensorflow
    path: predictor.py
    models:
      paths:
${MODELS.map((name) => `      - {name: ${name}, path: models/${name}}`).join('\n')}
`,
  'predictor.py': readFileSync(new URL('../fixtures/bench/tensorflow/predictor.py', import.meta.url), 'utf8'),
});
const pons = await servePons(project, { args: ['--python', tensorflow.python, '--tensorflow-serving', address] });

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

async function ours(asked: Asked): Promise<number> {
  const result = await predict(`${pons.url}/calls`, JSON.stringify(asked), 'application/json', POLL_MS);
  return median((result as { readonly ms: number[] }).ms);
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
      asked: { model: 'heavy', input: 'rounds', dtype: 'int32', shape: [], value: 600, calls: 10 } as const,
      atMost: 1.1,
    },
  ]) {
    const short = { ...asked, calls: Math.max(1, Math.floor(asked.calls / unlessQuick(1, 10))) };
    await ours(short);
    await theirs(short);
    const shown = await alternate(ROUNDS, { ours: () => ours(short), theirs: () => theirs(short) });
    const more = median(shown.ours.map((ms, round) => ms - (shown.theirs[round] ?? NaN)));
    if (atMost === null) {
      printLine({
        title: `${title}: more than ${PEER}`,
        shown: `${more.toFixed(2)} ms`,
        target: { value: more, atMost: 0.9, unit: 'ms' },
      });
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
  await pons.stop();
  await server.kill();
}
