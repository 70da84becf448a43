import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { victimScore } from '../../runtime/processes/first-victim.ts';
import { pons } from '../support/pons.ts';
import { makeProject, oneApi, predicting } from '../support/project.ts';
import { defaultPython } from '../support/pythons.ts';
import { until } from '../support/redis/until.ts';
import { withRedis } from '../support/redis/with-redis.ts';
import { servePons } from '../support/served.ts';
import { makeTempDir } from '../support/temp-dir.ts';
import { submit, waitForEnd } from '../support/workload.ts';

const inContainer = ['--in-container', '--python', defaultPython.executable];
const predictor = predicting('return {"cwd": os.getcwd(), "proxy": os.environ.get("no_proxy")}', 'import os');

test('the project is used where it lies, and its API is at the paths at which predictors expect each other, too', async () => {
  const project = makeProject({
    'cortex.yaml': `${oneApi()}- name: other\n  kind: AsyncAPI\n  predictor: {type: python, path: other.py}\n`,
    'predictor.py': predictor,
    'other.py': 'raise RuntimeError("another container has this one")',
    'requirements.txt': 'there-is-no-such-package==1.0',
  });
  const stateDir = makeTempDir();
  const env = { http_proxy: 'http://127.0.0.1:9', no_proxy: 'localhost' };
  const served = await servePons(project, { args: [...inContainer, '--api', 'api'], stateDir, env });
  try {
    const id = await submit(`${served.url}/predict`, '1', 'application/json');
    const { result } = await waitForEnd(served.url, id);
    assert.equal(result, { cwd: project, proxy: 'localhost,api-api,api-other' });
    assert.equal((await waitForEnd(`${served.url}/predict`, id)).result, result);
    assert.equal((await waitForEnd(`${served.url}/api`, id)).result, result);
    const second = await submit(`${served.url}/`, '2', 'application/json');
    assert.equal((await waitForEnd(served.url, second)).result, result);
    for (const ours of ['healthz', 'readyz', 'metrics']) assert.is((await fetch(`${served.url}/${ours}`)).status, 200);
    assert.not.ok(existsSync(join(stateDir, 'deployments')));
    assert.not.ok(existsSync(join(stateDir, 'environments')));
  } finally {
    assert.is(await served.stop(), 0);
  }
  assert.equal(readdirSync(project).sort(), ['cortex.yaml', 'other.py', 'predictor.py', 'requirements.txt']);
});

for (const [what, args, env, words] of [
  ['the Python of the images', ['--python', '/nonexistent/python3'], {}, 'PONS_ERR_PROJECT_PYTHON_UNUSABLE'],
  [
    'a folder for temporary files',
    inContainer.slice(1),
    { TMPDIR: '/proc/self', TSX_DISABLE_CACHE: '1' },
    '/proc/self',
  ],
] as const) {
  test(`a machine that lacks ${what} is refused before anything is made`, async () => {
    const project = makeProject({ 'cortex.yaml': oneApi(), 'predictor.py': predictor });
    const stateDir = join(makeTempDir(), 'state');
    const ran = await pons(['serve', project, '--in-container', '--port', '0', '--state-dir', stateDir, ...args], env);
    assert.is(ran.code, 2, ran.stderr);
    assert.match(ran.stderr, words);
    assert.not.ok(existsSync(stateDir));
  });
}

test('where memory runs out, a predictor process is ended before Pons', async () => {
  const score = predicting('return {"score": int(open("/proc/self/oom_score_adj").read())}');
  const served = await servePons(makeProject({ 'cortex.yaml': oneApi(), 'predictor.py': score }), {
    args: inContainer,
  });
  try {
    const { result } = await waitForEnd(served.url, await submit(`${served.url}/`, '1', 'application/json'));
    const own = Number(readFileSync('/proc/self/oom_score_adj', 'utf8'));
    assert.equal(result, { score: victimScore(own) });
  } finally {
    await served.stop();
  }
});

test('a container is one replica, however many the configuration asks for, and what its processes share is said', async () => {
  const more = ['processes_per_replica: 2', 'shm_size: 1024Ti'];
  const replicas = '  autoscaling: {min_replicas: 3}\n';
  const project = makeProject({ 'cortex.yaml': oneApi(more) + replicas, 'predictor.py': predictor });
  const served = await servePons(project, { args: inContainer });
  try {
    const look = async () =>
      (await (await fetch(`${served.url}/api`)).json()) as { replicas: { ready: number }; processes: unknown[] };
    while ((await look()).replicas.ready === 0) await pause(20);
    const { replicas: counted, processes } = await look();
    assert.equal(counted, { requested: 1, ready: 1 });
    assert.is(processes.length, 2);
    const says = (text: string): boolean => served.lines.some((line) => line.includes(text));
    assert.ok(says('api: the processes of a replica are in one container, so that they share /tmp'));
    assert.ok(says('api: predictor.shm_size has no effect in a container'));
  } finally {
    await served.stop();
  }
});

test('a process that dies in a container takes no other one with it', async () => {
  const body = 'if payload == "die":\n    os.kill(os.getpid(), 9)\nreturn {"pid": os.getpid()}';
  const project = makeProject({
    'cortex.yaml': oneApi(['processes_per_replica: 2']),
    'predictor.py': predicting(body, 'import os'),
  });
  const served = await servePons(project, { args: inContainer });
  try {
    const id = await submit(served.url, '"die"', 'application/json');
    assert.is((await waitForEnd(served.url, id)).status, 'failed');
    const { result } = await waitForEnd(served.url, await submit(served.url, '1', 'application/json'));
    assert.ok(result);
    const exits = () => served.lines.filter((line) => line.includes('predictor process exited')).length;
    await until(() => Promise.resolve(exits() >= 3 ? true : null));
    assert.is(exits(), 3);
  } finally {
    await served.stop();
  }
});

test('a gateway needs the configuration file only', () =>
  withRedis(async ({ url }) => {
    const project = makeProject({ 'cortex.yaml': oneApi() });
    const args = ['--in-container', '--role', 'gateway'];
    const served = await servePons(project, { args, env: { PONS_REDIS_URL: url } });
    try {
      const id = await submit(`${served.url}/api`, '1', 'application/json');
      const answer = (await (await fetch(`${served.url}/api/${id}`)).json()) as { status: string };
      assert.is(answer.status, 'in_queue');
      assert.is((await fetch(`${served.url}/readyz`)).status, 503);
    } finally {
      assert.is(await served.stop(), 0);
    }
  }));

test.run();
