import { test } from 'uvu';
import * as assert from 'uvu/assert';
import type { Engine } from '../../support/containers/engine.ts';
import { ponsImage } from '../../support/containers/images.ts';
import { withEngine } from '../../support/containers/with-engine.ts';
import { notRun } from '../../support/not-run.ts';
import { play } from '../../support/package/played.ts';
import { startPodman, type Podman } from '../../support/package/podman.ts';
import { makeProject, oneApi, predicting } from '../../support/project.ts';
import { makeScaledProject, servingImage } from '../../support/tensorflow/serving-image.ts';
import { predict } from '../../support/workload.ts';

async function withPodman(act: (engine: Engine, podman: Podman) => Promise<void>): Promise<void> {
  await withEngine(async (engine) => {
    const podman = await startPodman();
    if (typeof podman === 'string') {
      notRun(podman);
      return;
    }
    try {
      await act(engine, podman);
    } finally {
      await podman.end();
    }
  });
}

test('podman runs the Deployments as they are written, and a workload that the gateway takes is done by the API', () =>
  withPodman(async (engine, podman) => {
    const project = makeProject({
      'cortex.yaml': oneApi([`image: ${await ponsImage(engine, 'python-predictor-cpu')}`]),
      'predictor.py': predicting('return {"doubled": payload["x"] * 2}'),
    });
    const url = await play(engine, podman, { project, api: 'api', modelsAreBaked: false, images: [], fitting: {} });
    assert.equal(await predict(`${url}/api`, '{"x": 4}', 'application/json'), { doubled: 8 });
    await assertRejects(podman.podman(['exec', 'api-api-pod-0-predictor', 'touch', '/opt/x']), /Read-only file system/);
  }));

test('a pod runs TensorFlow Serving beside its predictors, with models that are copied out of their image', () =>
  withPodman(async (engine, podman) => {
    const serving = await servingImage(engine);
    if (typeof serving === 'string') {
      notRun(serving);
      return;
    }
    const project = makeScaledProject(serving, [`image: ${await ponsImage(engine, 'tensorflow-predictor')}`]);
    const url = await play(engine, podman, {
      ...{ project, api: 'scaled', modelsAreBaked: true, images: [serving.image] },
      fitting: { folders: { 'tensorflow-serving': serving.folders } },
    });
    const result = (await predict(`${url}/scaled`, '{"x": [1, 2.5]}', 'application/json')) as { y: number[] };
    assert.equal(result.y, [2, 5]);
    await assertRejects(
      podman.podman(['exec', 'api-scaled-pod-0-tensorflow-serving', 'touch', '/models/_cortex_default/1/x']),
      /Read-only file system/,
    );
  }));

async function assertRejects(act: Promise<unknown>, expected: RegExp): Promise<void> {
  const said = await act.then(
    () => '',
    (error: unknown) => String(error),
  );
  assert.match(said, expected);
}

test.run();
