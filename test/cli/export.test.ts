import { execFileSync } from 'node:child_process';
import { cpSync, existsSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { pons } from '../support/pons.ts';
import { makeProject, oneApi, predicting } from '../support/project.ts';
import { makeTempDir } from '../support/temp-dir.ts';

const project = makeProject({ 'cortex.yaml': oneApi(), 'predictor.py': predicting('return {}'), '.env': 'A=1\n' });

test('a compose file and its secrets are written, and written anew', async () => {
  const out = makeTempDir();
  const file = join(out, 'docker-compose.yml');
  const first = await pons(['export', 'compose', project, '--out', out]);
  assert.is(first.code, 0, first.stderr);
  assert.match(first.stdout, /^Wrote .*docker-compose\.yml$/);
  assert.match(readFileSync(file, 'utf8'), /[-_]api:latest$/m);
  assert.ok(existsSync(join(out, '.pons-secrets', 'redis-url')));
  assert.is((await pons(['export', 'compose', project, '--out', out, '--tag', '2'])).code, 0);
  assert.match(readFileSync(file, 'utf8'), /[-_]api:2$/m);
});

test('a folder for Kubernetes is written, and what has to be there before it is said', async () => {
  const out = join(makeTempDir(), 'made', 'on the way');
  const { code, stdout, stderr } = await pons(['export', 'kubernetes', project, '--out', out]);
  assert.is(code, 0, stderr);
  assert.is(stdout, `Wrote ${out}`);
  assert.match(stderr, /kubectl create secret generic pons-test-\S+-redis --from-file=url=FILE/);
  assert.not.match(stderr, /KEDA|operator/);
  assert.match(readFileSync(join(out, 'kustomization.yaml'), 'utf8'), /^ {2}- api-api\.yaml$/m);
});

test('the printed command that makes the Secret of .env names that of the project, wherever it is run', async () => {
  const folder = join(makeTempDir(), "it's a $PROJECT");
  cpSync(project, folder, { recursive: true });
  const { stderr } = await pons(['export', 'kubernetes', folder, '--out', makeTempDir()]);
  const [, word = ''] = /secret generic \S+-dotenv (--from-file=.+)$/m.exec(stderr) ?? [];
  const read = execFileSync('sh', ['-c', `printf %s ${word}`], { cwd: makeTempDir(), encoding: 'utf8' });
  assert.is(read, `--from-file=.env=${join(folder, '.env')}`);
});

test('the Prometheus that may read metrics is that of its URL, or in the namespace that is named', async () => {
  const allowed = async (...args: readonly string[]): Promise<string | undefined> => {
    const out = makeTempDir();
    const { code, stderr } = await pons(['export', 'kubernetes', project, '--out', out, ...args]);
    assert.is(code, 0, stderr);
    const text = readFileSync(join(out, 'network-policies.yaml'), 'utf8');
    return /kubernetes\.io\/metadata\.name: (.*)/.exec(text)?.[1];
  };
  const url = ['--prometheus', 'http://prometheus.observed.svc:9090'];
  assert.is(await allowed(), 'monitoring');
  assert.is(await allowed(...url), 'observed');
  assert.is(await allowed(...url, '--monitoring-namespace', 'agents'), 'agents');
});

test('an API that is no more leaves no file behind, and what still runs of it is said', async () => {
  const out = makeTempDir();
  const two = `${oneApi()}${oneApi().replace('name: api', 'name: other')}`;
  const root = makeProject({ 'cortex.yaml': two, 'predictor.py': predicting('return {}') });
  const all = async (): Promise<string> => {
    const composed = await pons(['export', 'compose', root, '--out', out]);
    const named = ['--out', join(out, 'kubernetes'), '--namespace', 'team'];
    return composed.stderr + (await pons(['export', 'kubernetes', root, ...named])).stderr;
  };
  assert.not.match(await all(), /any more|Removed/);
  writeFileSync(join(root, 'cortex.yaml'), oneApi());
  const said = await all();
  assert.match(said, /Not in it any more: api-other\. docker-compose up -d --remove-orphans/);
  assert.match(said, /^Removed .*kubernetes\/api-other\.yaml$/m);
  assert.match(
    said,
    /until: kubectl -n team delete deployment\/api-other service\/api-other poddisruptionbudget\/api-o/,
  );
  assert.not(existsSync(join(out, 'kubernetes', 'api-other.yaml')));
});

test('with another namespace, all of the export before is deleted from the one that it was for', async () => {
  const out = makeTempDir();
  const to = async (...args: readonly string[]): Promise<string> =>
    (await pons(['export', 'kubernetes', project, '--out', out, ...args])).stderr;
  await to('--namespace', 'before');
  const said = await to('--namespace', 'after');
  const [, deleted = ''] = /until: kubectl -n before delete (.*)$/m.exec(said) ?? [];
  for (const object of ['deployment/api-api', 'deployment/gateway', 'configmap/gateway-config'])
    assert.ok(deleted.split(' ').includes(object), object);
  assert.match(said, /kubectl -n after create secret/);
  assert.not.match(await to('--namespace', 'after'), /until|left there/);
  // To delete there what is there now would be wrong.
  assert.match(await to(), /^The export before was for the namespace after: where this one .* left there$/m);
  const back = await to('--namespace', 'after');
  assert.match(back, /^The export before was for the namespace that it .* not after, all of it is left there$/m);
  assert.not.match(back, /until/);
});

test('an export before that is no valid YAML any more is no error, and what it had is not guessed', async () => {
  for (const [kind, index] of [
    ['compose', 'docker-compose.yml'],
    ['kubernetes', 'kustomization.yaml'],
  ] as const) {
    const out = makeTempDir();
    writeFileSync(join(out, index), '# Written by pons export\n<<<<<<< HEAD\na: *b\n');
    const { code, stderr } = await pons(['export', kind, project, '--out', out]);
    assert.is(code, 0, stderr);
    assert.match(stderr, `${join(out, index)} was no valid YAML`);
    assert.not.match(stderr, /any more/);
  }
});

test('what is for KEDA and the Prometheus operator is there when it is asked for, and its namespace everywhere', async () => {
  const out = makeTempDir();
  const asked = ['--keda', '--service-monitor', '--namespace', 'team'];
  const { code, stderr } = await pons(['export', 'kubernetes', project, '--out', out, ...asked]);
  assert.is(code, 0, stderr);
  assert.match(stderr, /kubectl -n team create secret[\s\S]*needs: KEDA[\s\S]*needs: the Prometheus operator/);
  assert.match(readFileSync(join(out, 'scaled-objects.yaml'), 'utf8'), /namespace="team"/);
  const files = readFileSync(join(out, 'kustomization.yaml'), 'utf8');
  assert.match(files, /namespace: team[\s\S]*scaled-objects\.yaml[\s\S]*service-monitor\.yaml/);
});

test('a file of somebody else is never replaced, and nothing is written beside it', async () => {
  const out = makeTempDir();
  writeFileSync(join(out, 'docker-compose.yml'), 'services: {}\n');
  const { code, stderr } = await pons(['export', 'compose', project, '--out', out]);
  assert.is(code, 2);
  assert.match(stderr, /PONS_ERR_EXPORT_FILE_FOREIGN/);
  assert.is(readFileSync(join(out, 'docker-compose.yml'), 'utf8'), 'services: {}\n');
  assert.not(existsSync(join(out, '.pons-secrets')));
});

test('a folder that cannot be written is an error that names it', async () => {
  // /proc says that what is to be made in it does not exist.
  const places = [join(project, 'predictor.py', 'below'), ...(existsSync('/proc/self') ? ['/proc/pons-export'] : [])];
  for (const target of ['compose', 'kubernetes']) {
    for (const out of places) {
      const { code, stderr } = await pons(['export', target, project, '--out', out]);
      assert.is(code, 2);
      assert.match(stderr, /(predictor\.py|\/proc\/pons-export).*\n.*--out[\s\S]*PONS_ERR_EXPORT_UNWRITABLE/);
    }
  }
});

const refused: [string, string[], RegExp][] = [
  ['nothing to export to', ['export'], /compose[\s\S]*kubernetes/],
  ['an unknown target', ['export', 'compos'], /unknown command 'compos'[\s\S]*Did you mean compose\?/],
  ['a registry with a scheme', ['export', 'compose', project, '--registry', 'https://x'], /HOST\/PREFIX/],
  ['a tag with a space', ['export', 'compose', project, '--tag', 'a b'], /must be a tag/],
  ['an unknown fsync', ['export', 'compose', project, '--appendfsync', 'no'], /always, everysec/],
  ['a namespace in capitals', ['export', 'kubernetes', project, '--namespace', 'A'], /lower-case/],
  ['scaling APIs of any namespace', ['export', 'kubernetes', project, '--keda'], /--keda needs --namespace/],
  ['a Prometheus without a scheme', ['export', 'kubernetes', project, '--prometheus', 'x:9090'], /must be a URL/],
  ['a Prometheus without a host', ['export', 'kubernetes', project, '--prometheus', 'http://:9090'], /must be a URL/],
  ['a project that is not there', ['export', 'kubernetes', '/nowhere/at/all'], /PONS_ERR_PROJECT_NOT_FOUND/],
];
for (const [title, args, expected] of refused) {
  test(`${title} is refused with exit code 2`, async () => {
    const { code, stdout, stderr } = await pons(args);
    assert.match(stdout + stderr, expected);
    assert.is(code, 2);
  });
}

test.run();
