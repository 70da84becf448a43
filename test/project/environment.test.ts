import { test } from 'uvu';
import * as assert from 'uvu/assert';
import type { ApiSpec } from '../../runtime/config/spec.ts';
import { readDotenv } from '../../runtime/project/dotenv.ts';
import {
  environmentBeforeDotenv,
  environmentWithDotenv,
  machineEnvironment,
  processEnvironment,
  type Environment,
} from '../../runtime/project/environment.ts';
import { makeSpec } from './support/spec.ts';
import { makeTree } from './support/tree.ts';

const PATH = process.env['PATH'] ?? '';

interface Given {
  readonly machine?: Environment;
  readonly spec?: ApiSpec;
  readonly dotenv?: string;
  readonly pythonPath?: string | null;
  readonly environmentPrefix?: string | null;
}

async function build({
  machine = { PATH },
  spec = makeSpec(),
  dotenv = '',
  pythonPath = null,
  environmentPrefix = null,
}: Given): Promise<Environment> {
  const projectDir = makeTree({ '.env': dotenv });
  const before = environmentBeforeDotenv(machine, spec, projectDir);
  const environment = environmentWithDotenv(before, await readDotenv({ projectDir, environment: before }));
  return processEnvironment(environment, { projectDir, viewDir: '/view', pythonPath, environmentPrefix });
}

test("the machine's variables pass but for Pons's own", () => {
  const machine = machineEnvironment({
    HOME: '/h',
    PONS_STATE_DIR: 'x',
    PONS_: 'y',
    MY_PONS_X: 'z',
    EMPTY: '',
    NONE: undefined,
  });
  assert.equal(machine, { HOME: '/h', MY_PONS_X: 'z', EMPTY: '' });
});

test("predictor.env wins over the machine, and .env over both; a reference sees the former's value", async () => {
  const machine = { PATH, A: 'machine', B: 'machine', C: 'machine' };
  const spec = makeSpec({ env: { B: 'spec', C: 'spec' } });
  const { A, B, C, D } = await build({ machine, spec, dotenv: 'D=$A-$B-$C\nC=dotenv\n' });
  assert.equal([A, B, C, D], ['machine', 'spec', 'dotenv', 'machine-spec-spec']);
});

test('.env can unset a variable', async () => {
  assert.not.ok('A' in (await build({ machine: { PATH, A: '1' }, dotenv: 'unset A\n' })));
});

test("Cortex's own variables are set as Cortex set them, whatever the machine has", async () => {
  const machine = { PATH, CORTEX_KIND: 'x', CORTEX_LOG_LEVEL: 'x', CORTEX_PROJECT_DIR: 'x', PYTHONUNBUFFERED: '' };
  const environment = await build({ machine, spec: makeSpec({ logLevel: 'warning' }) });
  assert.is(environment['CORTEX_KIND'], 'AsyncAPI');
  assert.is(environment['CORTEX_LOG_LEVEL'], 'WARNING');
  assert.is(environment['CORTEX_PROJECT_DIR'], '/view');
  assert.ok(environment['PYTHONUNBUFFERED']);
});

test('the import folder is appended to PYTHONPATH, without making the working directory importable', async () => {
  assert.is((await build({}))['PYTHONPATH'], '/view');
  assert.is((await build({ machine: { PATH, PYTHONPATH: '' } }))['PYTHONPATH'], '/view');
  assert.is(
    (await build({ machine: { PATH, PYTHONPATH: '/a:/b' }, pythonPath: 'src/lib' }))['PYTHONPATH'],
    '/a:/b:/view/src/lib',
  );
  assert.is((await build({ dotenv: 'PYTHONPATH=/c\n' }))['PYTHONPATH'], '/c:/view');
});

test('where .env names the project folder, each process gets the folder of its own view', async () => {
  const environment = await build({
    dotenv: 'A=$PWD/model.pkl\nB=$CORTEX_PROJECT_DIR:$(pwd)/x\nPYTHONPATH=$PWD/lib\n',
  });
  assert.is(environment['A'], '/view/model.pkl');
  assert.is(environment['B'], '/view:/view/x');
  assert.is(environment['PYTHONPATH'], '/view/lib:/view');
});

test("what was installed for the project comes first on the PATH, before .env's", async () => {
  const environment = await build({ dotenv: 'PATH=/tools\n', environmentPrefix: '/env' });
  assert.is(environment['PATH'], '/env/bin:/tools');
  assert.is(environment['VIRTUAL_ENV'], '/env');
  assert.is((await build({}))['PATH'], PATH);
});

test.run();
