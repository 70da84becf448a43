import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { HARDENED, mounted, runContainer, type Container } from '../support/containers/container.ts';
import type { Engine } from '../support/containers/engine.ts';
import { ponsImage, redisImage } from '../support/containers/images.ts';
import { withEngine } from '../support/containers/with-engine.ts';
import { makeProject, oneApi, predicting } from '../support/project.ts';
import { makeTempDir } from '../support/temp-dir.ts';
import { submit, waitForEnd, type Answer } from '../support/workload.ts';

const json = 'application/json';
const cortexYaml = oneApi();

interface Stage {
  readonly gateway: Container;
  readonly url: string;
  /** Starts a container of the API, of this version. */
  readonly replica: (version: string) => Promise<Container>;
}

/** A Redis, and a gateway that has nothing of the project but its configuration; ends all of it. */
async function onStage(engine: Engine, network: string, act: (stage: Stage) => Promise<void>): Promise<void> {
  const { docker, prefix } = engine;
  await docker(['network', 'create', `${prefix}-${network}`]);
  const secret = join(makeTempDir(), 'redis-url');
  writeFileSync(secret, 'redis://redis:6379/0\n');
  const common = [...HARDENED, '--network', `${prefix}-${network}`];
  const connected = [
    ...common,
    ...mounted(secret, '/run/secrets/redis-url'),
    '--env',
    'PONS_REDIS_URL_FILE=/run/secrets/redis-url',
  ];
  const running: Container[] = [];
  const start = async (...options: Parameters<typeof runContainer>) => {
    const container = await runContainer(...options);
    running.push(container);
    return container;
  };
  const redis = await redisImage(engine);
  await start(engine, {
    image: redis,
    port: 6379,
    options: ['--network', `${prefix}-${network}`, '--network-alias', 'redis'],
  });
  const configuration = join(makeProject({ 'cortex.yaml': cortexYaml }), 'cortex.yaml');
  const gateway = await start(engine, {
    image: await ponsImage(engine, 'gateway'),
    port: 8080,
    options: [...connected, ...mounted(configuration, '/mnt/project/cortex.yaml')],
  });
  await gateway.ready('healthz');
  const image = await ponsImage(engine, 'python-predictor-cpu');
  const replica = async (version: string): Promise<Container> => {
    const project = makeProject({
      'cortex.yaml': cortexYaml,
      'predictor.py': predicting(
        `print("begun", request_id)\ntime.sleep(payload)\nreturn {"host": socket.gethostname(), "version": "${version}"}`,
        'import socket, time',
      ),
    });
    const command = [
      'serve',
      '/mnt/project',
      '--in-container',
      '--api',
      'api',
      '--role',
      'predictors',
      '--drain',
      '5s',
    ];
    const container = await start(engine, {
      image,
      options: [...connected, ...mounted(project)],
      command,
    });
    await container.ready();
    return container;
  };
  try {
    await act({ gateway, url: `${await gateway.url()}/api`, replica });
  } finally {
    await docker(['rm', '--force', '--volumes', ...running.map(({ name }) => name)]);
  }
}

const hostsOf = (answers: readonly { result?: unknown }[]): string[] => [
  ...new Set(answers.map(({ result }) => (result as { host: string }).host)),
];

test('two replicas share a queue, and one that is killed or stopped in the middle of a workload loses none', () =>
  withEngine((engine) =>
    onStage(engine, 'replicas', async ({ url, replica }) => {
      const [one, two] = await Promise.all([replica('1'), replica('1')]);
      const answers: Answer[] = [];
      // One that the machine kept waiting may come too late for the first of them.
      for (let round = 0; hostsOf(answers).length < 2 && round < 20; round += 1) {
        const ids = await Promise.all(Array.from({ length: 8 }, () => submit(url, '0.2', json)));
        answers.push(...(await Promise.all(ids.map((id) => waitForEnd(url, id)))));
      }
      assert.is(hostsOf(answers).length, 2);

      const runs = (id: string) =>
        Promise.race([one, two].map((container) => container.says(`begun ${id}`).then(() => container)));
      const stopped = await submit(url, '4', json, { 'x-request-id': 'stopped' });
      const drained = await runs(stopped);
      assert.is(await drained.stop(), 0);
      assert.is((await waitForEnd(url, stopped)).status, 'completed');
      await drained.start();
      await drained.ready();

      // Longer than it may take to see that it has begun.
      const killed = await submit(url, '20', json, { 'x-request-id': 'killed' });
      const victim = await runs(killed);
      await victim.kill();
      assert.is((await waitForEnd(url, killed)).status, 'completed');
      assert.match(await (victim === one ? two : one).logs(), /begun killed/);
    }),
  ));

test('an API is replaced by its next version under load with no request that fails and no workload lost', () =>
  withEngine((engine) =>
    onStage(engine, 'upgrade', async ({ url, replica }) => {
      const old = await replica('1');
      const statuses: string[] = [];
      let upgraded = false;
      const client = async (): Promise<void> => {
        while (!upgraded) {
          const { status, result } = await waitForEnd(url, await submit(url, '0.02', json));
          statuses.push(`${status} by ${(result as { version: string }).version}`);
        }
      };
      const clients = Array.from({ length: 4 }, client);
      try {
        const next = await replica('2');
        assert.is(await old.stop(), 0);
        await next.says('begun');
        const last = await waitForEnd(url, await submit(url, '0', json));
        assert.is((last.result as { version: string }).version, '2');
      } finally {
        upgraded = true;
        await Promise.all(clients);
      }
      assert.equal([...new Set(statuses)].sort(), ['completed by 1', 'completed by 2']);
    }),
  ));

test.run();
