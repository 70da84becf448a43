import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { planImage, type DependencyFacts, type ImagePlan } from '../../runtime/package/plan.ts';
import { loadConfig } from '../../runtime/config/load.ts';
import { makeProject, oneApi } from '../support/project.ts';

const NOTHING: DependencyFacts = { script: null, hasConda: false, requirements: null, preinstalled: new Map() };
const PATHS = ['lib/a.py', 'limits.txt', 'predictor.py', 'requirements.txt', 'setup.py'];

function planOf(
  facts: Partial<DependencyFacts>,
  paths: readonly string[] = PATHS,
  further: readonly string[] = [],
  models: readonly string[] = [],
): ImagePlan {
  const root = makeProject({ 'cortex.yaml': oneApi(further) });
  const [spec] = loadConfig(`${root}/cortex.yaml`, {
    files: [{ path: 'predictor.py' }],
    whyExcluded: () => null,
  });
  assert.ok(spec);
  const base = { kind: 'named' as const, reference: 'my/base', api: 'api', type: 'python' as const };
  return planImage({
    spec,
    image: 'p-api:1',
    base,
    configFile: 'cortex.yaml',
    paths,
    models,
    facts: { ...NOTHING, ...facts },
  });
}

const kindsOf = ({ steps }: ImagePlan) => steps.map(({ kind }) => kind);
const filesOf = ({ steps }: ImagePlan, wanted: string) => steps.find(({ kind }) => kind === wanted)?.files;

test('a project without dependencies is a bill of materials and its files', () => {
  const plan = planOf({});
  assert.equal(kindsOf(plan), ['sbom', 'project']);
  assert.equal(filesOf(plan, 'project'), [...PATHS, 'cortex.yaml']);
});

test('models are a layer of their own before the files that change most', () => {
  const plan = planOf({}, [...PATHS, 'models/m.onnx'], [], ['models/m.onnx']);
  assert.equal(kindsOf(plan), ['sbom', 'models', 'project']);
  assert.equal(filesOf(plan, 'models'), ['models/m.onnx']);
  assert.equal(filesOf(plan, 'project'), [...PATHS, 'cortex.yaml']);
});

test("dependencies come in Cortex's order, and before the files that change most", () => {
  const facts = { script: 'apt-get update\n', hasConda: true, requirements: { needs: ['requirements.txt'] } };
  const preinstalled = new Map([['yaml', 'pyyaml']]);
  const plan = planOf({ ...facts, preinstalled }, [...PATHS, 'dependencies.sh', 'conda-packages.txt']);
  assert.equal(kindsOf(plan), ['dependencies', 'conda', 'requirements', 'preinstalled', 'sbom', 'project']);
  assert.equal(filesOf(plan, 'dependencies'), ['dependencies.sh']);
  assert.equal(filesOf(plan, 'conda'), ['conda-packages.txt']);
  assert.equal(filesOf(plan, 'requirements'), ['requirements.txt']);
  assert.equal(plan.steps[3]?.arguments, ['yaml=pyyaml']);
  assert.equal(filesOf(plan, 'project'), ['lib/a.py', 'limits.txt', 'predictor.py', 'setup.py', 'cortex.yaml']);
});

test('files that a requirements file includes come with it, and only those', () => {
  const plan = planOf({ requirements: { needs: ['limits.txt', 'requirements.txt'] } });
  assert.equal(filesOf(plan, 'requirements'), ['limits.txt', 'requirements.txt']);
});

test('a requirements file that installs the project has all of it before it', () => {
  const plan = planOf({ requirements: { needs: ['', 'requirements.txt'] } });
  assert.equal(filesOf(plan, 'requirements'), PATHS);
  assert.equal(filesOf(plan, 'project'), ['cortex.yaml']);
});

test('a folder that a requirements file names comes with it', () => {
  assert.equal(filesOf(planOf({ requirements: { needs: ['lib', 'requirements.txt'] } }), 'requirements'), [
    'lib/a.py',
    'requirements.txt',
  ]);
});

test('a script that reads the project has all of it before it', () => {
  const paths = [...PATHS, 'dependencies.sh'].sort();
  assert.equal(filesOf(planOf({ script: 'bash lib/install.sh' }, paths), 'dependencies'), paths);
});

test('a list that the script may write is installed after it', () => {
  assert.equal(kindsOf(planOf({ script: 'echo six > requirements.txt' }, ['dependencies.sh', 'predictor.py'])), [
    ...['dependencies', 'requirements', 'sbom', 'project'],
  ]);
});

test('the steps have the variables of predictor.env, which win over ours', () => {
  const { environment } = planOf({}, PATHS, ['env:', '  MODE: fast', '  PYTHONUNBUFFERED: "0"']);
  assert.equal(environment, {
    PYTHONUNBUFFERED: '0',
    CORTEX_KIND: 'AsyncAPI',
    CORTEX_LOG_LEVEL: 'INFO',
    CORTEX_PROJECT_DIR: '/mnt/project',
    MODE: 'fast',
  });
});

test.run();
