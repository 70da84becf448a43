import { test } from 'uvu';
import * as assert from 'uvu/assert';
import type { EngineName } from '../../runtime/package/engine.ts';
import { followProgress } from '../../runtime/package/progress.ts';

const titles = new Map([
  ['requirements', 'requirements.txt'],
  ['project', 'the files'],
]);
const RUN =
  'RUN --mount=type=bind,source=layer,target=/dev/pons/layer /opt/venv/bin/python3 -B /dev/pons/layer/layer.py';

function follow(engine: EngineName, lines: readonly string[]) {
  const progress = followProgress(engine, titles);
  const told = lines.map((line) => progress.read(line)).filter((line) => line !== null);
  return { told, failure: progress.failure() };
}

test("BuildKit's lines are told by the names of our steps, what is internal is not", () => {
  const { told } = follow('docker', [
    '#1 [internal] load build definition from Dockerfile',
    '#1 DONE 0.0s',
    '#7 [stage-0 3/4] ' + RUN + ' requirements requirements.txt # 0a1b',
    '#7 sha256:0123',
    '#7 0.306 Collecting six',
    '#8 [4/4] ' + RUN + ' project # 0a1b',
    '#8 CACHED',
    '#7 DONE 0.9s',
  ]);
  assert.equal(told, ['requirements.txt: Collecting six', 'the files: unchanged', 'requirements.txt: done in 0.9 s']);
});

test('the step that failed has its own last lines, whatever another one prints meanwhile', () => {
  const { failure } = follow('docker', [
    '#7 [3/4] ' + RUN + ' requirements requirements.txt # 0a1b',
    '#8 [other 1/1] RUN true',
    ...Array.from({ length: 30 }, (_, at) => `#7 0.${at} line ${at}`),
    '#8 1.0 of another step',
    '#7 ERROR: executor failed running',
    '------',
    ' > [3/4] RUN:',
    'executor failed running',
  ]);
  assert.is(failure.title, 'requirements.txt');
  assert.is(failure.lastLines.length, 20);
  assert.is(failure.lastLines.at(-1), 'line 29');
});

test('a failure that is of no step has the last lines of the engine', () => {
  const { failure } = follow('docker', ['#1 [internal] load .dockerignore', 'ERROR: no space left on device']);
  assert.equal(failure, { title: null, lastLines: ['ERROR: no space left on device'] });
});

test("podman's lines belong to the step that was named last", () => {
  const { told, failure } = follow('podman', [
    'STEP 1/3: FROM my/base',
    'STEP 2/3: ' + RUN + ' project # 0a1b',
    '--> Using cache 0123',
    '--> 0123',
    'STEP 3/3: ' + RUN + ' requirements requirements.txt # 0a1b',
    'Collecting six',
    'Error: building at STEP',
  ]);
  assert.equal(told, [
    'the files: unchanged',
    'requirements.txt: Collecting six',
    'requirements.txt: Error: building at STEP',
  ]);
  assert.equal(failure, { title: 'requirements.txt', lastLines: ['Collecting six', 'Error: building at STEP'] });
});

test.run();
