import { appendFileSync, mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'uvu';
import * as assert from 'uvu/assert';
import type { Engine } from '../support/containers/engine.ts';
import { withEngine } from '../support/containers/with-engine.ts';
import { build, imageIn, layersOf } from '../support/package/built.ts';
import { makeStandInBase } from '../support/package/stand-in-base.ts';
import { writeWheel } from '../support/package/wheel.ts';
import { makeProject, oneApi, predicting } from '../support/project.ts';

/** A script that leaves what differs from one run to the next: logs, caches, compiled files, times. */
const SCRIPT = `
date > /var/log/install.log
mkdir -p ~/.cache/x && date > ~/.cache/x/y
mkdir -p /opt/tool && echo tool > /opt/tool/tool.sh
python3 -c 'import json, py_compile, sys; sys.dont_write_bytecode = False; py_compile.compile(json.__file__, cfile="/opt/venv/lib/python3.11/site-packages/x.pyc")'
`;

/** One that reads nothing of the project, for sure. */
const PLAIN_SCRIPT = 'mkdir -p /opt/tool\necho tool > /opt/tool/tool.sh\n';

async function makeSample(engine: Engine, script: string): Promise<string> {
  const root = makeProject({
    'cortex.yaml': oneApi([`image: ${await makeStandInBase(engine)}`]),
    'predictor.py': predicting('return {}'),
    'lib/part.py': 'PART = {"a", "b", "c"}\n',
    'dependencies.sh': script,
    'requirements.txt': './wheels/sample_package-1.0-py3-none-any.whl\n',
  });
  mkdirSync(join(root, 'wheels'));
  writeWheel(join(root, 'wheels'), 'sample_package', '1.0');
  return root;
}

async function built(engine: Engine, root: string, args: readonly string[]) {
  const ran = await build(engine, root, args);
  assert.is(ran.code, 0, ran.stderr);
  return { layers: await layersOf(engine, imageIn(ran, 'api')), said: ran.stderr };
}

test('the same input gives the same layers', () =>
  withEngine(async (engine) => {
    const root = await makeSample(engine, SCRIPT);
    const first = await built(engine, root, ['--tag', '1']);
    const again = await built(engine, root, ['--tag', '2', '--no-cache']);
    assert.equal(again.layers, first.layers);
  }));

test('a change of code gives another last layer only', () =>
  withEngine(async (engine) => {
    const root = await makeSample(engine, PLAIN_SCRIPT);
    const first = await built(engine, root, ['--tag', '1']);
    appendFileSync(join(root, 'predictor.py'), '# changed\n');
    const changed = await built(engine, root, ['--tag', '2']);
    assert.equal(changed.layers.slice(0, -1), first.layers.slice(0, -1));
    assert.is.not(changed.layers.at(-1), first.layers.at(-1));
    for (const step of ['dependencies.sh', 'requirements.txt', 'the bill of materials'])
      assert.match(changed.said, `${step}: unchanged`);
  }));

test.run();
