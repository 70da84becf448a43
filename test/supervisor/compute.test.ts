import { existsSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { exitCodes } from '../../runtime/cli/failure.ts';
import { probeIsolation } from '../../runtime/predictor/isolation.ts';
import { findOwnGroup } from '../../runtime/predictor/memory/own-group.ts';
import { notRun } from '../support/not-run.ts';
import { pathWithSmi } from '../support/nvidia-smi.ts';
import { pons } from '../support/pons.ts';
import { makeProject, predicting } from '../support/project.ts';
import { servePons, type Served, type ServeOptions } from '../support/served.ts';
import { makeTempDir } from '../support/temp-dir.ts';
import { until } from '../support/redis/until.ts';
import { predict, submit, waitForEnd } from '../support/workload.ts';

/** Tells what it finds in its environment. */
const TELLING = predicting(
  'import os\nreturn {"env": dict(os.environ), "shm": os.statvfs("/dev/shm").f_blocks * os.statvfs("/dev/shm").f_frsize}',
);

/** A cortex.yaml of APIs by name, each with the lines that come below its `predictor:` and beside it. */
function apis(named: Readonly<Record<string, { readonly predictor?: string; readonly compute?: string }>>): string {
  return Object.entries(named)
    .map(([name, { predictor, compute }]) =>
      [
        `- name: ${name}`,
        '  kind: AsyncAPI',
        `  predictor: {type: python, path: predictor.py${predictor === undefined ? '' : `, ${predictor}`}}`,
        ...(compute === undefined ? [] : [`  compute: {${compute}}`]),
      ].join('\n'),
    )
    .join('\n');
}

async function serving(
  files: Readonly<Record<string, string>>,
  options: ServeOptions,
  act: (served: Served) => Promise<void>,
): Promise<void> {
  const served = await servePons(makeProject(files), options);
  try {
    await act(served);
  } finally {
    await served.stop();
  }
}

async function told(url: string): Promise<{ env: Record<string, string>; shm: number }> {
  return (await predict(url, 'null', 'application/json')) as { env: Record<string, string>; shm: number };
}

/** The control groups that a Pons of this process has made. */
async function groupsOf(pid: number): Promise<string[]> {
  const own = await findOwnGroup();
  if (own === null) return [];
  return readdirSync(own.dir)
    .filter((name) => name.startsWith(`pons-${pid}-`))
    .map((name) => join(own.dir, name));
}

const HOG = predicting('kept = [bytearray(b"x" * (4 << 20)) for _ in range(payload)]\nreturn {"blocks": len(kept)}');

test('GPUs that this machine lacks are a warning of pons check, which is for other machines too, and an error of serving', async () => {
  const files = { 'cortex.yaml': apis({ one: { compute: 'gpu: 1' } }), 'predictor.py': TELLING };
  const { code, stderr } = await pons(['check', makeProject(files)], { CUDA_VISIBLE_DEVICES: '' });
  assert.is(code, 0, stderr);
  assert.match(
    stderr,
    /WARNING.*pons serve would not start on this machine: compute\.gpu asks for 1 GPUs in all \(one: 1\), and none/,
  );
  assert.match(stderr, 'PONS_ERR_PREDICTOR_GPUS');
});

test('a workload that needs more than compute.mem fails after its attempts, and workload, log and metrics say out of memory', () =>
  serving(
    {
      'cortex.yaml': apis({ hog: { compute: 'mem: 64Mi' } }),
      'predictor.py': `import time\n${HOG.replace('return', 'time.sleep(0 if payload < 9 else 60)\n        return')}`,
    },
    {},
    async ({ url, lines, pid }) => {
      const api = `${url}/hog`;
      assert.equal(await predict(api, '2', 'application/json'), { blocks: 2 });
      const answer = await waitForEnd(api, await submit(api, '40', 'application/json'));
      assert.is(answer.error?.code, 'PONS_ERR_WORKLOAD_ATTEMPTS');
      const message = answer.error?.message ?? '';
      const attempt =
        /attempt \d: The predictor process ended while predict ran: out of memory; [^;]* compute\.mem allows[^;]*\[PONS_ERR_PREDICTOR_OUT_OF_MEMORY\]/g;
      assert.is(message.match(attempt)?.length, 3, message);
      assert.equal(await predict(api, '2', 'application/json'), { blocks: 2 });
      const said = () => lines.filter((line) => line.includes('ended while serving: out of memory')).length;
      await until(() => Promise.resolve(said() === 3 || null));
      const metrics = await (await fetch(`${url}/metrics`)).text();
      assert.match(metrics, /pons_process_restarts_total\{api="hog",cause="memory"\} 3/);
      for (const group of await groupsOf(pid))
        assert.ok(
          lines.some((line) => line.includes('control groups')),
          group,
        );
    },
  ));

for (const signal of ['SIGTERM', 'SIGKILL'] as const) {
  test(`the control groups of a Pons that ends by ${signal} are removed`, async () => {
    const files = { 'cortex.yaml': apis({ held: { compute: 'mem: 64Mi' } }), 'predictor.py': predicting('return {}') };
    const served = await servePons(makeProject(files));
    try {
      const groups = await groupsOf(served.pid);
      if (groups.length === 0) {
        notRun('root or a delegated control group is needed to make one');
        return;
      }
      process.kill(served.pid, signal);
      await until(() => Promise.resolve(!groups.some((group) => existsSync(group)) || null));
    } finally {
      await served.stop();
    }
  });
}

test('compute.cpu, shm_size and compute.gpu reach the process; what the user has set stays', async () => {
  const isolation = await probeIsolation(makeTempDir());
  const named = {
    three: { compute: 'cpu: 2500m' },
    shared: { compute: 'cpu: 4', predictor: 'processes_per_replica: 2' },
    default: {},
    chosen: { compute: 'cpu: 2', predictor: 'env: {MKL_NUM_THREADS: 5}' },
    small: { predictor: 'shm_size: 16Mi' },
    first: { compute: 'gpu: 1' },
    second: { compute: 'gpu: 2' },
  };
  const files = { 'cortex.yaml': apis(named), 'predictor.py': TELLING, '.env': 'NUMBA_NUM_THREADS=6\n' };
  const env = {
    ...{ PATH: pathWithSmi('seq 0 2'), CUDA_VISIBLE_DEVICES: undefined },
    ...{ OMP_NUM_THREADS: undefined, MKL_NUM_THREADS: undefined, RAYON_NUM_THREADS: '7' },
  };
  await serving(files, { env }, async ({ url, lines }) => {
    const ask = (name: string) => told(`${url}/${name}`);
    const [three, shared, usual, chosen, small, first, second] = await Promise.all(Object.keys(named).map(ask));
    assert.is(three?.env['OMP_NUM_THREADS'], '3');
    assert.is(three?.env['NUMBA_NUM_THREADS'], '6', 'of .env');
    assert.is(three?.env['RAYON_NUM_THREADS'], '7', 'of the machine');
    assert.is(shared?.env['OMP_NUM_THREADS'], '2');
    assert.is(usual?.env['OMP_NUM_THREADS'], undefined);
    assert.is(chosen?.env['MKL_NUM_THREADS'], '5', 'of predictor.env');
    assert.is(chosen?.env['OMP_NUM_THREADS'], '2');
    assert.is(first?.env['CUDA_VISIBLE_DEVICES'], '0');
    assert.is(second?.env['CUDA_VISIBLE_DEVICES'], '1,2');
    assert.is(usual?.env['CUDA_VISIBLE_DEVICES'], '');
    if (isolation.kind === 'none')
      assert.ok(lines.some((line) => line.includes('small: predictor.shm_size has no effect')));
    else assert.is(small?.shm, 16 * 1024 * 1024);
  });
});

test('too few GPUs keep a project from being served, before anything is installed', async () => {
  const files = { 'predictor.py': TELLING, 'requirements.txt': 'a-package-that-is-nowhere-at-all\n' };
  const project = makeProject({ ...files, 'cortex.yaml': apis({ greedy: { compute: 'gpu: 2' } }) });
  const stateDir = makeTempDir();
  const ran = await pons(['serve', project, '--port', '0', '--state-dir', stateDir], { PATH: pathWithSmi('echo 0') });
  assert.is(ran.code, exitCodes.user);
  assert.match(ran.stderr, /compute\.gpu asks for 2 GPUs in all \(greedy: 2\), and 1 can be found by .*nvidia-smi/);
  assert.match(ran.stderr, /\[PONS_ERR_PREDICTOR_GPUS\]/);
  for (const made of ['environments', 'deployments']) assert.not.ok(existsSync(join(stateDir, made)), made);
});

test.run();
