import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { parse, parseAllDocuments } from 'yaml';
import { buildCompose } from '../../../runtime/package/compose/compose-file.ts';
import type { ExportPlan } from '../../../runtime/package/exported/plan.ts';
import { buildManifests } from '../../../runtime/package/kubernetes/manifests.ts';
import { planFull } from '../../support/package/full-project.ts';

const yamlOf = (models: string, endpoint: string): string => `
- {name: words, kind: AsyncAPI, predictor: {type: python, path: p.py}, networking: {endpoint: ${endpoint}}}
- {name: pictures, kind: AsyncAPI, predictor: {type: tensorflow, path: p.py, models: {dir: ${models}}}}
`;
/** The plan of a project with that configuration; its folder is always the same. */
async function planned(models: string, endpoint: string): Promise<ExportPlan> {
  const files = { 'p.py': '', 'm/cats/1/saved_model.pb': '', 'other/dogs/1/saved_model.pb': '' };
  const plan = await planFull({}, { ...files, 'cortex.yaml': yamlOf(models, endpoint) });
  return {
    ...plan,
    label: 'project',
    project: { ...plan.project, root: '/project', configFile: '/project/cortex.yaml' },
  };
}

/** By name, what docker-compose or Kubernetes compares, of all that an export says of it, before it leaves a container as it is. */
type Kept = Readonly<Record<string, string>>;

function composed(plan: ExportPlan): Kept {
  const [file] = buildCompose(plan, { folder: '/project', redisImage: 'redis:7', appendFsync: 'always' });
  const { services } = parse(file?.text ?? '') as { services: Record<string, { readonly labels?: unknown }> };
  const labels = Object.entries(services).map(([name, service]) => [name, JSON.stringify(service.labels ?? null)]);
  return Object.fromEntries(labels) as Kept;
}

function deployed(plan: ExportPlan): Kept {
  const files = buildManifests(plan, {
    namespace: null,
    scaling: null,
    isMonitored: false,
    monitoringNamespace: 'monitoring',
  });
  const objects = files.flatMap(({ text }) => parseAllDocuments(text).map((one) => one.toJS() as Deployment));
  const deployments = objects.filter(({ kind }) => kind === 'Deployment');
  return Object.fromEntries(
    deployments.map(({ metadata, spec }) => [metadata.name, JSON.stringify(spec.template.metadata)]),
  );
}

interface Deployment {
  readonly kind: string;
  readonly metadata: { readonly name: string };
  readonly spec: { readonly template: { readonly metadata: unknown } };
}

const changedIn = (before: Kept, after: Kept): string[] =>
  Object.keys(before).filter((name) => before[name] !== after[name]);

for (const [title, of, gateway, serving] of [
  ['docker-compose', composed, 'gateway', 'tensorflow-pictures'],
  ['Kubernetes', deployed, 'gateway', 'api-pictures'],
] as const) {
  test(`${title} replaces a gateway that has read another configuration, and nothing else`, async () => {
    const before = of(await planned('m', '/a'));
    assert.equal(changedIn(before, of(await planned('m', '/b'))), [gateway]);
    assert.equal(changedIn(before, of(await planned('m', '/a'))), []);
  });

  test(`${title} replaces a TensorFlow Serving that has read of other models, and nothing else`, async () => {
    assert.equal(changedIn(of(await planned('m', '/a')), of(await planned('other', '/a'))), [serving]);
  });
}

test.run();
