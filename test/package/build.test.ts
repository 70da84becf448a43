import { join } from 'node:path';
import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { withEngine } from '../support/containers/with-engine.ts';
import { build, imageIn } from '../support/package/built.ts';
import { makeStandInBase } from '../support/package/stand-in-base.ts';
import { writeWheel } from '../support/package/wheel.ts';
import { makeProject, oneApi, predicting } from '../support/project.ts';
import { makeTempDir } from '../support/temp-dir.ts';

test('the image starts its API as nobody in particular, from what the project has', () =>
  withEngine(async (engine) => {
    const { docker } = engine;
    const root = makeProject({
      'cortex.yaml': oneApi([`image: ${await makeStandInBase(engine)}`]),
      'predictor.py': predicting('return {}'),
      'notes/.hidden': '',
      'notes/read.txt': 'text',
      '.cortexignore': 'ignored.txt\n',
      'ignored.txt': '',
      '.env': 'A=1\n',
      'requirements.txt': './sample_package-1.0-py3-none-any.whl\n',
    });
    writeWheel(root, 'sample_package', '1.0');
    const ran = await build(engine, root, ['--tag', 'v1']);
    assert.is(ran.code, 0, ran.stderr);
    const image = imageIn(ran, 'api');
    assert.match(image, /[-_]api:v1$/);
    assert.is((await docker(['run', '--rm', image])).trim(), 'pons serve /mnt/project --in-container --api api');
    const inside = async (script: string) =>
      (await docker(['run', '--rm', '--network', 'none', '--entrypoint', 'sh', image, '-c', script])).trim();
    const files = ['cortex.yaml', 'notes/read.txt', 'predictor.py', 'requirements.txt'];
    assert.equal((await inside('cd /mnt/project && find . -type f | sort')).split('\n'), [
      ...files.map((file) => `./${file}`),
      './sample_package-1.0-py3-none-any.whl',
    ]);
    assert.is(await inside('id -u; id -g; pwd'), '10001\n0\n/mnt/project');
    assert.is(await inside('python3 -c "import sample_package; print(sample_package.VERSION)"'), '1.0');
    assert.is(await inside('ls /opt/venv/lib/python3.11/site-packages/__pycache__ | grep -c sample_package'), '1');
    const bill = JSON.parse(await inside('cat /opt/sbom/python.cdx.json')) as { components: { purl: string }[] };
    assert.ok(bill.components.some(({ purl }) => purl === 'pkg:pypi/sample-package@1.0'));
    assert.match(await inside('cat /opt/sbom/debian.cdx.json'), 'pkg:deb/debian/libc6@');
    const labels = await docker(['image', 'inspect', '--format', '{{json .Config.Labels}}', image]);
    assert.match(labels, '"pons.sbom":"/opt/sbom"');
    assert.match(labels, '"org.opencontainers.image.version":""');
  }));

test('a step that fails shows its own last lines', () =>
  withEngine(async (engine) => {
    const root = makeProject({
      'cortex.yaml': oneApi([`image: ${await makeStandInBase(engine)}`]),
      'predictor.py': predicting('return {}'),
      'dependencies.sh': 'for n in $(seq 30); do echo "line $n"; done\nfalse\necho not reached\n',
    });
    const ran = await build(engine, root);
    assert.is(ran.code, 2);
    assert.match(ran.stderr, 'The image of api was not built: dependencies.sh failed. It ended with:');
    assert.match(ran.stderr, '    line 30\n    exit code 1\n');
    assert.match(ran.stderr, 'PONS_ERR_BUILD_STEP_FAILED');
    assert.not.match(ran.stderr, 'not reached');
  }));

test('a step has the variables of predictor.env, those too that a shell has no name for', () =>
  withEngine(async (engine) => {
    const env = ['env:', '  some-mode: "a b"', '  other.mode: c', '  PLAIN: d'];
    const root = makeProject({
      'cortex.yaml': oneApi([`image: ${await makeStandInBase(engine)}`, ...env]),
      'predictor.py': predicting('return {}'),
      'dependencies.sh':
        'python3 -c \'import os; print("has", *map(os.environ.get, ["some-mode", "other.mode", "PLAIN"]))\'\n',
    });
    const ran = await build(engine, root, ['--no-cache']);
    assert.is(ran.code, 0, ran.stderr);
    assert.match(ran.stderr, 'has a b c d');
    assert.not.match(ran.stderr, 'command not found');
  }));

test('a base image that is nowhere is told by its name', () =>
  withEngine(async (engine) => {
    const root = makeProject({
      'cortex.yaml': oneApi(['image: 127.0.0.1:1/nowhere:1']),
      'predictor.py': predicting('return {}'),
    });
    const ran = await build(engine, root);
    assert.is(ran.code, 2);
    assert.match(ran.stderr, 'The base image 127.0.0.1:1/nowhere:1 is not on this machine, and its pull failed');
    assert.match(ran.stderr, 'PONS_ERR_BUILD_PULL_FAILED');
  }));

test('a base image that has no Python environment is told so', () =>
  withEngine(async (engine) => {
    const root = makeProject({
      'cortex.yaml': oneApi(['image: debian:bookworm-slim']),
      'predictor.py': predicting('return {}'),
    });
    const ran = await build(engine, root);
    assert.is(ran.code, 2);
    assert.match(ran.stderr, 'debian:bookworm-slim cannot be used: it has no Python environment at /opt/venv');
    assert.match(ran.stderr, 'PONS_ERR_BUILD_BASE_UNUSABLE');
  }));

test('what --dockerfile-only has written is built by docker alone', () =>
  withEngine(async (engine) => {
    const root = makeProject({
      'cortex.yaml': oneApi([`image: ${await makeStandInBase(engine)}`]),
      'predictor.py': predicting('return {}'),
    });
    const folder = join(makeTempDir(), 'written');
    const ran = await build(engine, root, ['--dockerfile-only', folder]);
    assert.is(ran.code, 0, ran.stderr);
    assert.match(
      ran.stdout,
      /^DOCKER_BUILDKIT=1 docker build --network host --tag \S+[-_]api:latest \S+\/written\/api$/,
    );
    await engine.docker(['build', '--network', 'host', '--tag', `${engine.prefix}/by-hand:1`, join(folder, 'api')]);
    const started = await engine.docker(['run', '--rm', `${engine.prefix}/by-hand:1`]);
    assert.is(started.trim(), 'pons serve /mnt/project --in-container --api api');
  }));

test.run();
