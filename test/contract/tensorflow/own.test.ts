import { cpSync, readdirSync, readFileSync } from 'node:fs';
import { delimiter, dirname, join } from 'node:path';
import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { installTensorflow } from '../../support/tensorflow/installed.ts';
import { standInProgram, START_MS } from '../../support/tensorflow/stand-in.ts';
import { ask, endOf } from '../support/ask.ts';
import { serveForAllTests } from '../support/fixture-server.ts';
import { fixtureFile } from '../support/model-project.ts';
import { copyProject } from '../support/project-copy.ts';
import { recordWhere } from '../support/records.ts';
import { CALLED_MODELS, testCalls } from './support/call-tests.ts';

const tensorflow = await installTensorflow();
const project = copyProject('tensorflow/calls', {
  'cortex.yaml': `${fixtureFile('tensorflow/calls/cortex.yaml')}\n${fixtureFile('tensorflow/arrays/apis.yaml')}`,
  'arrays.py': fixtureFile('tensorflow/arrays/arrays.py'),
  'requirements.txt': 'numpy\n',
});
for (const model of new Set(Object.values(CALLED_MODELS))) {
  cpSync(join(tensorflow.models, model), join(project, 'models', model), { recursive: true });
}
for (const model of ['iris', 'scale', 'texts']) {
  cpSync(join(tensorflow.models, model), join(project, 'shelf', model), { recursive: true });
}
const program = standInProgram(tensorflow);
const server = serveForAllTests(project, {
  env: { PATH: `${dirname(program)}${delimiter}${process.env['PATH'] ?? ''}` },
});

testCalls(server, ['1', '2']);

test('NumPy arrays go in as they are, and flat lists come out', async () => {
  const api = server.api('arrays');
  assert.equal(await ask(api, 'top'), { best: [2, 0, 1], kind: 'list' });
  assert.equal(await ask(api, 'strided'), { y: [0, 4, 8] });
  const { length, repeated } = await ask(api, 'scalars');
  assert.equal([length, (repeated as string[]).length], [[1, 2], 4]);
  assert.is((await ask(api, 'a million'))['equal'], true);
});

/** The process of the server that Pons runs for an API. */
function serverOf(api: string): number {
  const found = readdirSync('/proc')
    .filter((name) => /^\d+$/.test(name))
    .filter((pid) => isServerOf(pid, api));
  assert.is(found.length, 1, `servers of ${api}`);
  return Number(found[0]);
}

function isServerOf(pid: string, api: string): boolean {
  try {
    const line = readFileSync(`/proc/${pid}/cmdline`, 'utf8');
    return line.includes('server.py') && line.includes(server.served.stateDir) && line.includes(`models-${api}/`);
  } catch {
    return false;
  }
}

/** Makes a call, and again where it has waited in vain: on a busy machine TensorFlow takes longer to start than a call waits for it. */
async function askPatiently(api: string, call: object): Promise<unknown> {
  const lapsedAt = Date.now() + START_MS;
  for (;;) {
    const end = await endOf(api, call);
    if (end.status === 'completed') return end.result;
    const isOver = Date.now() > lapsedAt || !/ was not available within 30 s: /.test(end.error?.message ?? '');
    if (isOver) throw new Error(JSON.stringify(end));
  }
}

test('a call that is made when the server was killed waits for the one that takes its place, in the same process', async () => {
  const api = server.api('by-name');
  const wrong = { model: 'scale', input: {}, catch: true };
  const before = await ask(api, wrong);
  process.kill(serverOf('by-name'), 'SIGKILL');
  assert.equal(await askPatiently(api, { model: 'scale', input: { x: [21] } }), { y: [42] });
  await recordWhere(server, ({ message }) => /was ended by SIGKILL/.test(String(message)), 'of its end');
  assert.is((await ask(api, wrong))['pid'], before['pid']);
});

test.run();
