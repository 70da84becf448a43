import { writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { parse } from 'yaml';
import { buildCompose, COMPOSE_FILE, type ComposeSettings } from '../../../runtime/package/compose/compose-file.ts';
import { keepSecrets } from '../../../runtime/package/compose/secrets.ts';
import type { ExportPlan } from '../../../runtime/package/exported/plan.ts';
import { writeExport } from '../../../runtime/package/exported/write.ts';
import { notRun } from '../../support/not-run.ts';
import { composeClients } from '../../support/package/compose-clients.ts';
import { planFull } from '../../support/package/full-project.ts';

/** As much of a service as these tests look at. */
interface Service {
  readonly image: string;
  readonly user?: string;
  readonly command?: readonly string[];
  readonly entrypoint?: readonly string[];
  readonly ports?: readonly string[];
  readonly scale?: number;
  readonly environment?: Readonly<Record<string, string>>;
  readonly volumes: readonly { readonly type: string; readonly source?: string; readonly target: string }[];
  readonly depends_on?: Readonly<Record<string, { readonly condition: string }>>;
  readonly [field: string]: unknown;
}

type Services = Readonly<Record<string, Service | undefined>>;

const settingsIn = (folder: string): ComposeSettings => ({
  folder,
  redisImage: 'redis:7.4-bookworm',
  appendFsync: 'always',
});

function servicesOf(plan: ExportPlan, settings: Partial<ComposeSettings> = {}): Services {
  const [file] = buildCompose(plan, { ...settingsIn(plan.project.root), ...settings });
  assert.ok(file?.path === COMPOSE_FILE);
  return (parse(file.text, { version: '1.1' }) as { services: Services }).services;
}

test('every docker-compose here takes the file, and finds in it what was written', async () => {
  const { clients, missing } = await composeClients();
  for (const reason of missing) notRun(reason);
  const plan = await planFull({ drainMs: 90_000 });
  const { root } = plan.project;
  await writeExport(root, buildCompose(plan, settingsIn(root)));
  await keepSecrets(root, 'redis');
  for (const client of clients) {
    const services = await client.services(root, { PONS_PORT: '9090' });
    const api = services['api-words'];
    assert.is(Number(api?.['scale'] ?? 1), 2, client.title);
    assert.match(JSON.stringify(api?.['networks']), /"aliases":\["api-words"\]/);
    assert.match(JSON.stringify(api?.['depends_on']), /"redis":\{"condition":"service_healthy"/);
    assert.is(Number(api?.['mem_limit']), 1348 * 1024 ** 2);
    assert.is(Number(api?.['shm_size']), 256 * 1024 ** 2);
    assert.match(String(api?.['stop_grace_period']), /^(?:95s|1m35s)$/);
    assert.match(JSON.stringify(services['gateway']?.['ports']), /127\.0\.0\.1.*9090/);
    // What is a variable for a shell in the container is none for docker-compose.
    assert.match(JSON.stringify(services['redis']?.['command']), /\$\$\(sed.*\$\$\{password|\$\(sed.*\$\{password/);
  }
});

test('limits, replicas and shared memory are those of the configuration', async () => {
  const { 'api-words': words, 'api-fixed': fixed } = servicesOf(await planFull());
  assert.equal([words?.['cpu_shares'], words?.['mem_limit']], [1536, 1348 * 1024 ** 2]);
  assert.equal([words?.scale, words?.['shm_size']], [2, 256 * 1024 ** 2]);
  assert.equal([fixed?.scale, fixed?.['cpu_shares'], fixed?.['mem_limit']], [3, 205, undefined]);
});

test('what is set aside of memory is told where GPUs are, too: docker-compose of version 2 refuses a file without', async () => {
  const { 'tensorflow-pictures': pictures } = servicesOf(await planFull());
  const { resources } = pictures?.['deploy'] as { resources: { reservations: { memory: string; devices: unknown[] } } };
  assert.is(resources.reservations.devices.length, 1);
  assert.is(resources.reservations.memory, String(pictures?.['mem_reservation']));
});

test('no number of processors is a quota, which an engine refuses where it has fewer', async () => {
  for (const service of Object.values(servicesOf(await planFull()))) assert.is(service?.['cpus'], undefined);
});

test('no service has rights, a disk or a user that it does not need', async () => {
  for (const [name, service] of Object.entries(servicesOf(await planFull()))) {
    assert.is(service?.['read_only'], true, name);
    assert.equal(service?.['cap_drop'], ['ALL'], name);
    assert.equal(service?.['security_opt'], ['no-new-privileges:true'], name);
    const isLarge = service?.volumes.some(({ target, source }) => target === '/tmp' && source === undefined);
    assert.is(isLarge, name.startsWith('api-'), name);
    assert.equal(service?.['tmpfs'], isLarge === true ? undefined : ['/tmp:mode=1777'], name);
    assert.not(service?.user?.startsWith('0'), name);
  }
});

test('only the gateway is published, and to this machine only', async () => {
  const services = Object.entries(servicesOf(await planFull()));
  const published = services.filter(([, service]) => service?.ports !== undefined);
  assert.equal(
    published.map(([name, service]) => [name, service?.ports]),
    [['gateway', ['127.0.0.1:${PONS_PORT:-8080}:8080']]],
  );
});

test('Redis keeps what it has, and its password is on no command line', async () => {
  for (const appendFsync of ['always', 'everysec'] as const) {
    const { redis } = servicesOf(await planFull(), { appendFsync });
    const start = redis?.command?.at(-1) ?? '';
    assert.match(start, /appendonly yes\\nappendfsync %s\\n.*maxmemory-policy noeviction/);
    assert.match(start, new RegExp(`' ${appendFsync} `));
    assert.match(start, /exec redis-server \/tmp\/redis\.conf$/);
    assert.equal(redis?.volumes, [{ type: 'volume', source: 'redis-data', target: '/data' }]);
  }
});

test('models and .env are mounted where a predictor expects them, unless the image has the models', async () => {
  const plan = await planFull();
  const targets = ({ volumes }: Service) =>
    volumes.flatMap(({ source, target }) => (source === undefined ? [] : [target]));
  const { 'api-flowers': flowers } = servicesOf(plan);
  assert.ok(flowers);
  const places = ['iris.onnx', 'pictures', 'texts'].map((name) => `/mnt/project/models/${name}`);
  assert.equal(targets(flowers), ['/mnt/project/.env', ...places]);
  const { 'api-flowers': baked } = servicesOf(await planFull({ modelsAreBaked: true }));
  assert.ok(baked);
  assert.equal(targets(baked), ['/mnt/project/.env']);
});

test('TensorFlow Serving gets the models where it wants them, and its API its address', async () => {
  const plan = await planFull();
  const { 'api-pictures': pictures, 'tensorflow-pictures': serving } = servicesOf(plan);
  assert.is(pictures?.environment?.['PONS_TENSORFLOW_SERVING'], 'tensorflow-pictures:8500');
  assert.is(serving?.image, 'my/serving:1');
  assert.equal(pictures?.depends_on?.['tensorflow-pictures'], { condition: 'service_healthy' });
  assert.match(JSON.stringify(serving?.['healthcheck']), /\/dev\/tcp\/127\.0\.0\.1\/8500.*"start_period":"600s"/);
  assert.equal(
    serving?.volumes.map(({ source, target }) => `${source ?? ''} ${target}`),
    [
      './tensorflow-pictures.config /etc/tensorflow-serving/models.config',
      './models/pictures/cats /models/cats',
      './models/pictures/dogs /models/dogs/1',
    ],
  );
  const file = buildCompose(plan, settingsIn(plan.project.root)).find(
    ({ path }) => path === 'tensorflow-pictures.config',
  );
  assert.match(file?.text ?? '', /name: "cats"\n {4}base_path: "\/models\/cats"/);
});

test('paths lead from the folder of the file to the project, whatever is in their names', async () => {
  const plan = await planFull();
  const beside = {
    ...plan,
    project: { ...plan.project, root: '/a/my $HOME: project', configFile: '/a/my $HOME: project/cortex.yaml' },
  };
  const { gateway, 'api-words': words } = servicesOf(beside, { folder: '/a/b' });
  assert.is(gateway?.volumes[0]?.source, './pons-gateway.yaml');
  assert.is(words?.volumes.find(({ target }) => target.endsWith('.env'))?.source, '../my $$HOME: project/.env');
});

test('a project without .env has none mounted', async () => {
  const plan = await planFull();
  const { 'api-words': words } = servicesOf({ ...plan, project: { ...plan.project, dotenv: null } });
  assert.not(words?.volumes.some(({ target }) => target.endsWith('.env')));
});

test('whoever owns an .env that only he may read is whom its containers run as', async () => {
  const plan = await planFull();
  const withOwner = (uid: number, gid: number, mode: number) =>
    servicesOf({ ...plan, project: { ...plan.project, dotenv: { uid, gid, mode } } })['api-words']?.user;
  assert.is(withOwner(1000, 1000, 0o600), '1000:0');
  assert.is(withOwner(1000, 1000, 0o644), undefined);
  assert.is(withOwner(1000, 0, 0o640), undefined);
  assert.is(withOwner(0, 0, 0o600), undefined);
});

test("another name of the configuration file is told with a drain of one's own", async () => {
  const plan = await planFull({ drainMs: 60_000 });
  const configFile = join(dirname(plan.project.configFile), 'apis.yaml');
  writeFileSync(configFile, '');
  const { 'api-words': words, gateway } = servicesOf({ ...plan, project: { ...plan.project, configFile } });
  const drain = ['--drain', '60000ms'];
  assert.equal(words?.command, ['serve', '/mnt/project/apis.yaml', '--in-container', '--api', 'words', ...drain]);
  assert.equal(gateway?.command, ['serve', '/mnt/project', '--in-container', '--role', 'gateway', ...drain]);
  assert.equal(gateway?.volumes[0], {
    type: 'bind',
    source: './pons-gateway.yaml',
    target: '/mnt/project/cortex.yaml',
    read_only: true,
  });
});

test.run();
