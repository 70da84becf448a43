import { chmodSync, readFileSync } from 'node:fs';
import { join, relative } from 'node:path';
import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { ROOT, VERSION } from '../support/containers/images.ts';
import { pons } from '../support/pons.ts';
import { makeProject, oneApi, predicting } from '../support/project.ts';

const project = makeProject({ 'cortex.yaml': oneApi(), 'predictor.py': predicting('return {}') });

/** A folder for the PATH in which each of these programs is a shell script. */
function programs(scripts: Readonly<Record<string, string>>): string {
  const folder = makeProject(
    Object.fromEntries(Object.entries(scripts).map(([name, text]) => [name, `#!/bin/sh\n${text}\n`])),
  );
  for (const name of Object.keys(scripts)) chmodSync(join(folder, name), 0o755);
  return folder;
}

async function buildWith(path: string, args: readonly string[] = []) {
  return await pons(['build', project, ...args], { PATH: path, HOME: project });
}

test('a machine without an engine is told so', async () => {
  const ran = await buildWith(programs({}));
  assert.is(ran.code, 2);
  assert.match(ran.stderr, 'there is no docker and no podman on the PATH');
  assert.match(ran.stderr, 'PONS_ERR_BUILD_ENGINE_MISSING');
});

test('an engine that does not answer is shown with its words', async () => {
  const docker =
    'case $1 in --version) echo "Docker version 20.10.24, build x" ;; *) echo "no daemon here" >&2; exit 1 ;; esac';
  const ran = await buildWith(programs({ docker }));
  assert.is(ran.code, 1);
  assert.match(ran.stderr, 'no daemon here');
  assert.match(ran.stderr, 'PONS_ERR_BUILD_ENGINE_UNREACHABLE');
});

test('where the first engine cannot build, and none was asked for, the next one does, and that is said', async () => {
  const docker =
    'case $1 in --version) echo "Docker version 20.10.24, build x" ;; *) echo "no daemon here" >&2; exit 1 ;; esac';
  const podman = 'case "$1 $2" in "info "|"image inspect") echo "[]" ;; *) echo "$@" >&2; exit 1 ;; esac';
  const path = programs({ docker, podman });
  const ran = await buildWith(path);
  assert.match(ran.stderr, 'docker cannot build here (PONS_ERR_BUILD_ENGINE_UNREACHABLE): ');
  assert.match(ran.stderr, 'build --format docker');
  const asked = await buildWith(path, ['--engine', 'docker']);
  assert.match(asked.stderr, 'no daemon here');
  assert.match(asked.stderr, '--engine podman');
});

test('a docker that is Podman by another name is used as Podman', async () => {
  const docker = [
    'case "$1 $2" in "--version ") echo "podman version 4.3.1" ;; "info "|"buildx version") ;;',
    '"image inspect") echo "[]" ;; *) echo "$@" >&2; exit 1 ;; esac',
  ].join(' ');
  const ran = await buildWith(programs({ docker }));
  assert.match(ran.stderr, 'build --format docker');
  assert.not.match(ran.stderr, '--progress');
});

test('an engine that is lost while it is asked is not taken for one that does not know', async () => {
  const docker = [
    'case "$1 $2" in "buildx version") ;; "version "*) [ ! -e "$HOME/lost" ] || { echo "it is gone" >&2; exit 1; } ;;',
    '"image inspect") : > "$HOME/lost"; exit 1 ;; *) echo "asked for more: $@" >&2 ;; esac',
  ];
  const ran = await pons(['build', project], { PATH: programs({ docker: docker.join(' ') }), HOME: makeProject({}) });
  assert.is(ran.code, 1);
  assert.match(ran.stderr, 'it is gone');
  assert.match(ran.stderr, 'PONS_ERR_BUILD_ENGINE_UNREACHABLE');
  assert.not.match(ran.stderr, 'asked for more: build');
});

for (const [what, answer] of [
  ['is not there', 'exit 1'],
  ['the engine does not tell of', 'echo "<no value>"'],
] as const) {
  test(`an image that ${what} after its build was not built`, async () => {
    const docker = `case "$1 $2 $4" in "image inspect {{json .RepoDigests}}") echo "[]" ;; "image inspect "*) ${answer} ;; esac`;
    const ran = await buildWith(programs({ docker }));
    assert.is(ran.code, 1);
    assert.is(ran.stdout, '');
    assert.match(ran.stderr, 'The build of api failed: it left no image of the name ');
    assert.match(ran.stderr, 'PONS_ERR_BUILD_FAILED');
  });
}

test('a docker without BuildKit is refused, since it would keep secrets in images', async () => {
  const docker = 'case $1 in --version) echo "Docker version 28.2.2, build x" ;; buildx) exit 1 ;; *) exit 0 ;; esac';
  const ran = await buildWith(programs({ docker }), ['--engine', 'docker']);
  assert.is(ran.code, 2);
  assert.match(ran.stderr, 'docker (version 28.2.2, without buildx)');
  assert.match(ran.stderr, 'PONS_ERR_BUILD_NO_BUILDKIT');
});

test('a failure that is of no step is shown with the last words of the engine', async () => {
  const docker =
    'case "$1 $2" in "buildx version"|"version "*|"image inspect") echo "[]" ;; *) echo "disk is full" >&2; exit 1 ;; esac';
  const ran = await buildWith(programs({ docker }));
  assert.is(ran.code, 1);
  assert.match(ran.stderr, 'The build of api failed: it ended with exit code 1. It ended with:\n    disk is full');
  assert.match(ran.stderr, 'PONS_ERR_BUILD_FAILED');
});

test("one of Pons's own images is built first where the engine lacks it", async () => {
  const docker = [
    'echo "$@" >> "$HOME/asked"',
    'for word; do case $word in id=npm,src=*) cat "${word#id=npm,src=}" > "$HOME/registry" ;;',
    '  id=ca,src=*) [ -e "$HOME/ca" ] || cat "${word#id=ca,src=}" > "$HOME/ca" ;; esac; done',
    'case "$1 $2" in "buildx version"|"version "*) ;; "image inspect") [ -e "$HOME/built" ] && echo "[]" ;;',
    '"build "*) touch "$HOME/built" ;; esac',
  ].join('\n');
  const folder = programs({ docker });
  const home = makeProject({ 'a,b/ca.pem': 'a certificate' });
  // The shell's own programs are asked for too.
  const ran = await pons(['build', project, '--no-cache'], {
    PATH: `${folder}:/usr/bin:/bin`,
    HOME: home,
    NODE_EXTRA_CA_CERTS: relative(process.cwd(), join(home, 'a,b/ca.pem')),
    NPM_CONFIG_REGISTRY: 'https://reader:hidden-4711@host/npm',
    https_proxy: 'http://user:hidden-4712@proxy',
  });
  const asked = readFileSync(join(home, 'asked'), 'utf8')
    .split('\n')
    .filter((line) => line.startsWith('build '));
  assert.is(asked.length, 2, ran.stderr);
  assert.match(
    asked[0] ?? '',
    `--file ${join(ROOT, 'images/python-predictor-cpu/Dockerfile')} --tag pons/python-predictor-cpu:${VERSION}`,
  );
  assert.match(asked[0] ?? '', /--secret id=ca,src=\/[^, ]+ /);
  assert.is(readFileSync(join(home, 'ca'), 'utf8'), 'a certificate');
  assert.match(asked[0] ?? '', `--build-arg PONS_VERSION=${VERSION} `);
  assert.match(asked[0] ?? '', ' --build-arg https_proxy ');
  assert.match(asked[0] ?? '', ' --no-cache ');
  assert.not.match(asked[0] ?? '', 'hidden');
  assert.is(readFileSync(join(home, 'registry'), 'utf8'), 'https://reader:hidden-4711@host/npm');
  assert.match(asked[1] ?? '', /--tag pons-test-\S+[-_]api:latest /);
});

test('the digest of a base image is found by whatever name the engine writes', async () => {
  const digest = 'docker.io/library/base@sha256:1';
  const docker = `case "$1 $2" in "image inspect") echo '["${digest}"]' ;; "buildx version"|"version "*) ;; *) while [ $# -gt 1 ]; do shift; done; head -2 "$1/Dockerfile" >&2; exit 1 ;; esac`;
  const root = makeProject({ 'cortex.yaml': oneApi(['image: base:1']), 'predictor.py': predicting('return {}') });
  const ran = await pons(['build', root, '--pin'], { PATH: `${programs({ docker })}:/usr/bin:/bin`, HOME: root });
  assert.match(ran.stderr, `ARG BASE=${digest}`);
});

test("what Pons's own image needs to be pinned is said", async () => {
  const docker = `case "$1 $2" in "image inspect") echo '[]' ;; esac`;
  const ran = await buildWith(programs({ docker }), ['--pin']);
  assert.is(ran.code, 2);
  assert.match(ran.stderr, `pons/python-predictor-cpu:${VERSION} cannot be pinned`);
  assert.match(ran.stderr, /docker tag.*docker push.*predictor\.image/s);
});

test('an API that is not in the file is told with those that are', async () => {
  const ran = await buildWith(programs({}), ['--api', 'other']);
  assert.is(ran.code, 2);
  assert.match(ran.stderr, '--api names other; the configuration file has the APIs api.');
  assert.match(ran.stderr, 'PONS_ERR_CLI_API_UNKNOWN');
});

for (const [args, words] of [
  [['--push'], '--push needs --registry'],
  [['--dockerfile-only', 'out', '--pin'], '--dockerfile-only builds nothing'],
  [['--dockerfile-only', 'out', '--push', '--registry', 'host'], '--dockerfile-only builds nothing'],
  [['--tag', 'a b'], 'It must be a tag'],
  [['--registry', 'https://host'], 'It must be HOST or HOST/PREFIX'],
  [['--registry', 'localhost:65536'], 'It must be HOST or HOST/PREFIX'],
  [['--engine', 'lxc'], 'Allowed choices are docker, podman'],
] as const) {
  test(`pons build ${args.join(' ')} is refused`, async () => {
    const ran = await buildWith(programs({}), args);
    assert.is(ran.code, 2);
    assert.match(ran.stderr, words);
  });
}

test.run();
