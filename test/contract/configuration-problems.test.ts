import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { checkProject, type CheckOutcome } from './support/check.ts';
import { fixtureProject } from './support/fixture-server.ts';
import { copyProject } from './support/project-copy.ts';

/** The problem of one API: lines of it in place of the usual ones, the field that is named, and a part of what is said. */
type Row = readonly [written: string, field: string, said: RegExp];

const ROWS: readonly Row[] = [
  ['predictor.pth: x', 'predictor.pth', /did you mean "?path/],
  ['autoscaling.min_replica: 1', 'autoscaling.min_replica', /did you mean "?min_replicas/],
  ['predictor.path: tel.py', 'predictor.path', /did you mean "?tell\.py/],
  ['predictor.path: tell.txt', 'predictor.path', /\.py/],
  ['predictor.path: ../tell.py', 'predictor.path', /below it/],
  ['predictor.type: pytorch', 'predictor.type', /python, tensorflow or onnx/],
  ['predictor.python_path: .', 'predictor.python_path', /./],
  ['predictor.python_path: ~/lib', 'predictor.python_path', /./],
  ['predictor.python_path: nowhere', 'predictor.python_path', /does not exist/],
  ['predictor.config: [1]', 'predictor.config', /map/],
  ['predictor.env: {CORTEX_X: a}', 'predictor.env.CORTEX_X', /CORTEX_/],
  ['predictor.env: {A: [1]}', 'predictor.env.A', /string/],
  ['predictor.log_level: loud', 'predictor.log_level', /debug, info, warning or error/],
  ['predictor.models: {path: tell.py}', 'predictor.models', /tensorflow and onnx/],
  ['predictor.shm_size: 1Gi\ncompute.mem: 512Mi', 'predictor.shm_size', /mem/],
  ['predictor.processes_per_replica: 101', 'predictor.processes_per_replica', /1 to 100/],
  ['predictor.threads_per_process: 0', 'predictor.threads_per_process', /1/],
  ['compute.cpu: 19m', 'compute.cpu', /20m/],
  ['compute.mem: 1Mi', 'compute.mem', /20Mi/],
  ['compute.gpu: -1', 'compute.gpu', /0/],
  ['compute.inf: 1', 'compute.inf', /Inferentia|supported/],
  ['autoscaling.min_replicas: 0', 'autoscaling.min_replicas', /1|above 0/],
  ['autoscaling.max_replicas: 1\nautoscaling.min_replicas: 2', 'autoscaling.m', /replicas/],
  ['autoscaling.init_replicas: 101', 'autoscaling.init_replicas', /max_replicas/],
  ['autoscaling.max_replica_concurrency: 30001', 'autoscaling.max_replica_concurrency', /30000/],
  ['autoscaling.target_replica_concurrency: 0', 'autoscaling.target_replica_concurrency', /above 0/],
  ['autoscaling.window: 15s', 'autoscaling.window', /10/],
  ['autoscaling.window: 0s', 'autoscaling.window', /10/],
  ['autoscaling.downscale_stabilization_period: 5', 'autoscaling.downscale_stabilization_period', /duration/],
  ['autoscaling.upscale_stabilization_period: -1m', 'autoscaling.upscale_stabilization_period', /duration/],
  ['autoscaling.max_downscale_factor: 1', 'autoscaling.max_downscale_factor', /1/],
  ['autoscaling.max_upscale_factor: 1', 'autoscaling.max_upscale_factor', /1/],
  ['autoscaling.downscale_tolerance: 1', 'autoscaling.downscale_tolerance', /1/],
  ['autoscaling.upscale_tolerance: -0.1', 'autoscaling.upscale_tolerance', /0/],
  ['update_strategy.max_surge: 0\nupdate_strategy.max_unavailable: 0', 'update_strategy', /both|0/],
  ['update_strategy.max_surge: a lot', 'update_strategy.max_surge', /percentage/],
  ['networking.endpoint: [1]', 'networking.endpoint', /path/],
];

const WHOLE: readonly (readonly [api: string, field: string, said: RegExp])[] = [
  ['{name: Upper, kind: AsyncAPI, predictor: {type: python, path: tell.py}}', 'name', /lower-case/],
  ['{name: b-side, kind: AsyncAPI, predictor: {type: python, path: tell.py}}', 'name', /b-/],
  [`{name: ${'x'.repeat(43)}, kind: AsyncAPI, predictor: {type: python, path: tell.py}}`, 'name', /42/],
  ['{name: row-0, kind: AsyncAPI, predictor: {type: python, path: tell.py}}', 'name', /row-0/],
  ['{kind: AsyncAPI, predictor: {type: python, path: tell.py}}', 'name', /missing|required/],
  ['{name: no-kind, predictor: {type: python, path: tell.py}}', 'kind', /AsyncAPI/],
  ['{name: realtime, kind: RealtimeAPI, predictor: {type: python, path: tell.py}}', 'kind', /AsyncAPI/],
  ['{name: no-predictor, kind: AsyncAPI}', 'predictor', /missing|required/],
  ['{name: no-path, kind: AsyncAPI, predictor: {type: python}}', 'predictor.path', /missing|required/],
  [
    '{name: same, kind: AsyncAPI, predictor: {type: python, path: tell.py}, networking: {endpoint: row-1}}',
    'networking.endpoint',
    /row-1/,
  ],
];

let outcome: CheckOutcome | null = null;

// Not in `before`: uvu swallows what it throws.
test.before.each(async () => {
  const rows = ROWS.map(([written], at) => apiOf(`row-${at}`, written));
  const text = [...rows, ...WHOLE.map(([api]) => `- ${api}`)].join('\n');
  outcome ??= await checkProject(copyProject('configuration', { 'cortex.yaml': text }));
});

/** An API in YAML; the lines of `written` (`section.key: value`) replace or join the usual ones. */
function apiOf(name: string, written: string): string {
  const sections = new Map([
    [
      'predictor',
      new Map([
        ['type', 'python'],
        ['path', 'tell.py'],
      ]),
    ],
  ]);
  for (const line of written.split('\n')) {
    const {
      section = '',
      key = '',
      value = '',
    } = /^(?<section>\w+)\.(?<key>\w+): (?<value>.*)$/.exec(line)?.groups ?? {};
    const entries = sections.get(section) ?? new Map<string, string>();
    sections.set(section, entries.set(key, value));
  }
  const bodies = Array.from(sections, ([section, entries]) =>
    [`  ${section}:`, ...Array.from(entries, ([key, value]) => `    ${key}: ${value}`)].join('\n'),
  );
  return [`- name: ${name}`, '  kind: AsyncAPI', ...bodies].join('\n');
}

function assertSaid(field: string, said: RegExp, api: string): void {
  const lines = (outcome?.stderr ?? '').split('\n');
  const about = lines.filter((line) => line.includes(field) && (api === '' || line.includes(`[${api}]`)));
  if (!about.some((line) => /cortex\.yaml:\d+:\d+ /.test(line) && said.test(line))) {
    throw new Error(`nothing like ${String(said)} about ${field} in:\n${about.join('\n') || lines.join('\n')}`);
  }
}

for (const [at, [written, field, said]] of ROWS.entries()) {
  test(`an error names file, line, column, field and what would be valid: ${written.replace('\n', ', ')}`, () => {
    assertSaid(field, said, `row-${at}`);
  });
}

for (const [api, field, said] of WHOLE) {
  test(`so does one about an API as a whole: ${api}`, () => {
    assertSaid(field, said, '');
  });
}

test('all errors of a file are told at once, and the exit code says that the file has to be mended', () => {
  assert.is(outcome?.exitCode, 2);
  assert.ok(((outcome?.stderr ?? '').match(/^\S*cortex\.yaml:\d+:\d+ /gm) ?? []).length >= ROWS.length + WHOLE.length);
});

test('a file that is valid is fine; fields that nothing acts on yet are listed', async () => {
  const { exitCode, stdout, stderr } = await checkProject(fixtureProject('configuration'));
  assert.equal([exitCode, stderr.includes('PONS_ERR')], [0, false]);
  assert.match(stdout, /^full: ok \(tell\.py, POST \/all\/of\/it\)$/m);
  assert.match(stdout, /^full: accepted, for pons build and pons export at most: .*compute\.inf/m);
});

test.run();
