import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { renderDockerfile } from '../../runtime/package/dockerfile.ts';
import type { ImagePlan, Step } from '../../runtime/package/plan.ts';

const project: Step = { kind: 'project', arguments: [], files: ['predictor.py'], title: 'the files' };
const sbom: Step = { kind: 'sbom', arguments: ['api'], files: [], title: 'the bill' };
const requirements: Step = { kind: 'requirements', arguments: ["it's.txt"], files: ["it's.txt"], title: 'a\nlist' };

function dockerfileOf(steps: readonly Step[], served = '/mnt/project'): string {
  const base = { kind: 'named' as const, reference: 'my/base:1', api: 'api', type: 'python' as const };
  const plan: ImagePlan = { api: 'api', image: 'p-api:1', base, steps, environment: {}, served };
  return renderDockerfile(plan, { base: 'my/base@sha256:1', fingerprints: steps.map((_, at) => `f${at}`) });
}

test('it begins with its base, which can be another one, and ends as the user of an image of Pons, whatever the base has', () => {
  const lines = dockerfileOf([sbom, project]).split('\n');
  assert.ok(lines.includes('ARG BASE=my/base@sha256:1'));
  assert.ok(lines.includes('FROM ${BASE}'));
  assert.ok(lines.includes('LABEL org.opencontainers.image.base.name="my/base:1"'));
  assert.ok(lines.includes('LABEL org.opencontainers.image.version=""'));
  assert.equal(lines.slice(-2), ['CMD ["serve","/mnt/project","--in-container","--api","api"]', '']);
  assert.ok(lines.indexOf('USER root') < lines.indexOf('USER 10001:0'));
});

test('each step is one line of RUN, with its files and a mark that changes with them', () => {
  const text = dockerfileOf([requirements, project]);
  assert.match(text, '# a list\nRUN ');
  assert.match(text, "layer.py requirements 'it'\\''s.txt' # f0\n");
  assert.match(text, 'source=files/requirements,target=/dev/pons/files');
  assert.match(text, 'layer.py project # f1\n');
});

test('secrets are for what installs something, and only there', () => {
  const [, install = '', rest = ''] = dockerfileOf([requirements, project]).split('\nRUN ');
  for (const id of ['machine', 'dotenv', 'pip.conf', 'netrc', 'ca'])
    assert.match(install, `type=secret,id=${id},target=/dev/pons/secrets/${id}`);
  assert.not.match(rest, 'type=secret');
});

test('only a project of conda packages has their programs on the PATH', () => {
  const conda: Step = { kind: 'conda', arguments: ['c.txt'], files: ['c.txt'], title: 'c.txt' };
  assert.match(dockerfileOf([conda]), 'ENV PATH=/opt/venv/bin:/opt/conda/bin:${PATH}');
  assert.match(dockerfileOf([conda]), 'ARG MICROMAMBA_URL\nARG MICROMAMBA_SHA256\n');
  assert.not.match(dockerfileOf([project]), 'conda');
});

test.run();
