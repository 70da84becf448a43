import { once } from 'node:events';
import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { HARDENED, runContainer } from '../support/containers/container.ts';
import { ponsImage } from '../support/containers/images.ts';
import { withEngine } from '../support/containers/with-engine.ts';
import { build, imageIn } from '../support/package/built.ts';
import { writeWheel } from '../support/package/wheel.ts';
import { makeProject, oneApi, predicting } from '../support/project.ts';

const RESULT_MS = 100_000;

test("an image that was built on Pons's own serves its API, hardened and with what the project installs", () =>
  withEngine(async (engine) => {
    const base = await ponsImage(engine, 'python-predictor-cpu');
    const root = makeProject({
      'cortex.yaml': oneApi([`image: ${base}`]),
      'predictor.py': predicting(
        'return {"version": sample_package.VERSION, "sent": payload}',
        'import sample_package\n',
      ),
      'requirements.txt': './sample_package-1.0-py3-none-any.whl\n',
    });
    writeWheel(root, 'sample_package', '1.0');
    const ran = await build(engine, root);
    assert.is(ran.code, 0, ran.stderr);
    const container = await runContainer(engine, { image: imageIn(ran, 'api'), options: HARDENED });
    await container.ready();
    const url = await container.url();
    const headers = { 'content-type': 'application/json' };
    const submitted = await fetch(`${url}/predict`, { method: 'POST', headers, body: '{"a": 1}' });
    const { id } = (await submitted.json()) as { id: string };
    assert.equal(await resultOf(`${url}/predict/${id}`), { version: '1.0', sent: { a: 1 } });
    const bill = await container.run('cat', '/opt/sbom/pons.cdx.json');
    assert.match(bill, 'pkg:npm/fastify@');
    assert.not.match(bill, /serialNumber|timestamp/);
  }));

async function resultOf(url: string): Promise<unknown> {
  const lapsed = AbortSignal.timeout(RESULT_MS);
  for (;;) {
    const answer = (await (await fetch(url)).json()) as { status: string; result?: unknown };
    if (answer.status === 'completed') return answer.result;
    if (answer.status === 'failed') throw new Error(JSON.stringify(answer));
    if (lapsed.aborted) throw new Error(`${url} is still ${answer.status}`);
    await Promise.race([once(lapsed, 'abort'), new Promise((resolve) => setTimeout(resolve, 20))]);
  }
}

test.run();
