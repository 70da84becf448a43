import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { deadline } from '../support/deadline.ts';
import { createContainer, HARDENED, mounted, runContainer } from '../support/containers/container.ts';
import type { Engine } from '../support/containers/engine.ts';
import { ponsImage, ROOT } from '../support/containers/images.ts';
import { withEngine } from '../support/containers/with-engine.ts';
import { makeProject, oneApi, predicting } from '../support/project.ts';
import { predict, submit, waitForEnd } from '../support/workload.ts';

const SAMPLE = join(ROOT, 'sample-project');
const serving = (api: string, ...more: readonly string[]): readonly string[] => [
  ...['serve', '/mnt/project', '--in-container', '--api', api, ...more],
];
const json = 'application/json';

test('an API is served without root, capabilities and a writable file system, and is healthy when it takes work', () =>
  withEngine(async (engine) => {
    const body = `
for place in ("/mnt/project/x", "/opt/venv/x", "/etc/x", "/opt/pons/x"):
    try:
        open(place, "w").close()
        return {"written": place}
    except OSError:
        pass
open("/tmp/x", "w").close()
return {"uid": os.getuid(), "gid": os.getgid(), "cwd": os.getcwd(), "first": os.environ["FIRST"]}`;
    const project = makeProject({
      'cortex.yaml': oneApi(),
      'predictor.py': predicting(body, 'import os'),
      '.env': 'FIRST="as bash reads it"',
    });
    const image = await ponsImage(engine, 'python-predictor-cpu');
    const options = [...HARDENED, ...mounted(project)];
    const container = await runContainer(engine, { image, options, command: serving('api') });
    await container.ready();
    const result = await predict(`${await container.url()}/predict`, '1', json);
    assert.equal(result, { uid: 12345, gid: 0, cwd: '/mnt/project', first: 'as bash reads it' });
    const healthy = async (): Promise<void> => {
      while ((await container.inspect('{{.State.Health.Status}}')) !== 'healthy') await pause(200);
    };
    await deadline(120_000, healthy(), 'the container to be healthy');
    assert.is(await container.stop(), 0);
  }));

test('a container without a folder for temporary files ends at once, and says what would be right', () =>
  withEngine(async (engine) => {
    const image = await ponsImage(engine, 'python-predictor-cpu');
    const project = makeProject({ 'cortex.yaml': oneApi(), 'predictor.py': predicting('return {}') });
    const options = ['--read-only', '--cap-drop', 'ALL', ...mounted(project)];
    const container = await createContainer(engine, { image, options, command: serving('api') });
    await container.start();
    const ended = (await engine.docker(['wait', container.name])).trim();
    assert.is(ended, '2');
    const told = await container.logs();
    assert.match(
      told,
      'The folder for temporary files /tmp cannot be written: it is on a read-only file system (EROFS).',
    );
    assert.match(told, '--tmpfs /tmp');
  }));

test('what a user may not do, the images do not need: a fixed uid of their own', () =>
  withEngine(async (engine) => {
    const image = await ponsImage(engine, 'python-predictor-cpu');
    const project = makeProject({ 'cortex.yaml': oneApi(), 'predictor.py': predicting('return {}') });
    const options = ['--security-opt', 'no-new-privileges', ...mounted(project)];
    const container = await runContainer(engine, { image, options, command: serving('api') });
    await container.ready();
    assert.is(await container.run('id', '-u'), '10001');
    assert.equal(await predict(await container.url(), '1', json), {});
    await container.stop();
  }));

test('predictors reach each other by name, an ONNX model runs, and one name that is not there says so', () =>
  withEngine(async (engine) => {
    const network = `${engine.prefix}-chain`;
    await engine.docker(['network', 'create', network]);
    const start = async (name: 'python-predictor-cpu' | 'onnx-predictor-cpu', api: string) =>
      runContainer(engine, {
        image: await ponsImage(engine, name),
        options: [...HARDENED, ...mounted(SAMPLE), '--network', network, '--network-alias', `api-${api}`],
        command: serving(api),
      });
    const report = await start('python-predictor-cpu', 'flower-report');
    const iris = await start('python-predictor-cpu', 'iris-classifier');
    const digits = await start('onnx-predictor-cpu', 'digit-reader');
    for (const container of [report, iris, digits]) await container.ready();
    const sample = async (api: string): Promise<Uint8Array<ArrayBuffer>> => {
      const { readFile } = await import('node:fs/promises');
      return new Uint8Array(await readFile(join(SAMPLE, 'samples', api)));
    };
    const told = await predict(await report.url(), await sample('flower-report.json'), json);
    assert.ok((told as { counts: Record<string, number> }).counts['setosa']);
    const read = await predict(await digits.url(), await sample('digit-reader.png'), 'image/png');
    assert.ok(Number.isInteger((read as { digit: number }).digit));
    for (const container of [report, iris, digits]) assert.is(await container.stop(), 0);
  }));

/** A `predict` that takes as many seconds as its payload says, the first time. */
const slow = (): string =>
  makeProject({
    'cortex.yaml': oneApi(),
    'predictor.py': predicting(
      `
again = os.path.exists("/state/begun")
open("/state/begun", "w").close()
print("begun")
time.sleep(0 if again else payload)
return {"again": again}`,
      'import os, time',
    ),
  });

async function begun(engine: Engine, seconds: number, ...flags: readonly string[]) {
  const image = await ponsImage(engine, 'python-predictor-cpu');
  const options = [...HARDENED, ...mounted(slow())];
  const container = await runContainer(engine, { image, options, command: serving('api', ...flags) });
  await container.ready();
  const id = await submit(`${await container.url()}/api`, String(seconds), json);
  await container.says('"begun"');
  return { container, id };
}

test('docker stop waits for the workload that runs', () =>
  withEngine(async (engine) => {
    const { container, id } = await begun(engine, 2);
    assert.is(await container.stop(), 0);
    await container.start();
    await container.ready();
    assert.equal((await waitForEnd(`${await container.url()}/api`, id)).result, { again: false });
    await container.stop();
  }));

test('docker stop gives back what runs on past the time of the drain, and the next start runs it', () =>
  withEngine(async (engine) => {
    const { container, id } = await begun(engine, 600, '--drain', '1s');
    assert.is(await container.stop(6), 0);
    assert.match(await container.logs(), /1 s are over; what still runs goes back to the queue/);
    await container.start();
    await container.ready();
    assert.equal((await waitForEnd(`${await container.url()}/api`, id)).result, { again: true });
    await container.stop();
  }));

test('a container that is killed in the middle of a workload runs it after its next start', () =>
  withEngine(async (engine) => {
    const { container, id } = await begun(engine, 600);
    await container.kill();
    await container.start();
    await container.ready();
    assert.equal((await waitForEnd(`${await container.url()}/api`, id)).result, { again: true });
    assert.is(await container.stop(), 0);
  }));

test.run();
