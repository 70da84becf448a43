import { appendFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { withEngine } from '../support/containers/with-engine.ts';
import { build, imageIn, layersOf } from '../support/package/built.ts';
import { makeStandInBase } from '../support/package/stand-in-base.ts';
import { makeProject, predicting } from '../support/project.ts';

test('the images of a project share the layer of its models, which a change of code leaves as it is', () =>
  withEngine(async (engine) => {
    const base = await makeStandInBase(engine);
    const api = (name: string, type: string, further = '') =>
      `- {name: ${name}, kind: AsyncAPI, predictor: {type: ${type}, path: predictor.py, image: ${base}${further}}}\n`;
    const root = makeProject({
      'cortex.yaml': `${api('with', 'onnx', ', models: {path: .weights}')}${api('without', 'python')}`,
      'predictor.py': predicting('return {}'),
      '.weights/model.onnx': 'weights',
    });
    const built = async () => {
      const ran = await build(engine, root, ['--bake-models']);
      assert.is(ran.code, 0, ran.stderr);
      return [imageIn(ran, 'with'), imageIn(ran, 'without')] as const;
    };
    const layersBefore: (string | undefined)[] = [];
    for (const image of await built()) {
      const inside = ['run', '--rm', '--network', 'none', '--entrypoint', 'cat', image, '.weights/model.onnx'];
      assert.is(await engine.docker(inside), 'weights');
      layersBefore.push((await layersOf(engine, image)).at(-2));
    }
    assert.is(layersBefore[0], layersBefore[1]);
    appendFileSync(join(root, 'predictor.py'), '# changed\n');
    for (const image of await built()) assert.is((await layersOf(engine, image)).at(-2), layersBefore[0]);
  }));

test.run();
