import { test } from 'uvu';
import * as assert from 'uvu/assert';
import type { Engine } from '../support/containers/engine.ts';
import { withEngine } from '../support/containers/with-engine.ts';
import { build, imageIn } from '../support/package/built.ts';
import { makeStandInBase } from '../support/package/stand-in-base.ts';
import { writeWheel } from '../support/package/wheel.ts';
import { makeProject, oneApi, predicting } from '../support/project.ts';

/** In the place of mamba, without a channel: its environments are a copy of the image's own Python, and each package that is listed is a module. */
const MAMBA = `#!/bin/sh -e
echo "mamba $*"
[ "$1 $2 $3 $5" = "create --yes --prefix --file" ]
prefix=$4
python=$(python3 -c 'import sys; print("%d.%d" % sys.version_info[:2])')
library=$(python3 -c 'import os; print(os.path.dirname(os.__file__))')
real=$(python3 -c 'import os, sys; print(os.path.realpath(sys.executable))')
mkdir -p "$MAMBA_ROOT_PREFIX/pkgs" "$prefix/bin" "$prefix/lib/python3/dist-packages"
cp "$real" "$prefix/bin/python$python"
ln -s "python$python" "$prefix/bin/python"
cp -R "$library" "$prefix/lib/python$python"
sed 's/=.*//' "$6" | while read -r name; do
  [ "$name" = python ] || for folder in "$prefix/lib/python3/dist-packages" "$prefix/lib/python$python/site-packages"; do
    mkdir -p "$folder"
    echo 'OF = "conda"' > "$folder/$name.py"
  done
done
`;

/** A base image that has such a mamba. */
async function makeBase(engine: Engine): Promise<string> {
  const image = `${engine.prefix}/base-with-mamba:1`;
  const script = Buffer.from(MAMBA).toString('base64');
  const dockerfile = [
    `FROM ${await makeStandInBase(engine)}`,
    'USER 0',
    `RUN echo ${script} | base64 -d > /usr/local/bin/mamba && chmod 755 /usr/local/bin/mamba`,
    'USER 10001:0',
  ];
  await engine.docker(['build', '--quiet', '--tag', image, '-'], { input: dockerfile.join('\n') });
  return image;
}

async function buildWith(engine: Engine, listed: string) {
  const root = makeProject({
    'cortex.yaml': oneApi([`image: ${await makeBase(engine)}`]),
    'predictor.py': predicting('return {}'),
    'conda-packages.txt': listed,
    'requirements.txt': './sample_package-1.0-py3-none-any.whl\n',
  });
  writeWheel(root, 'sample_package', '1.0');
  return await build(engine, root, ['--no-cache']);
}

test("conda's packages are there for the predictor, below what pip has installed, in an environment of conda's Python", () =>
  withEngine(async (engine) => {
    const ran = await buildWith(engine, 'spectral=1.2\n');
    assert.is(ran.code, 0, ran.stderr);
    // Its Python is the image's version unless the list names one.
    assert.match(ran.stderr, /mamba create --yes --prefix \/opt\/conda --file conda-packages\.txt python=3\.\d+ pip"/);
    const run = ['run', '--rm', '--read-only', '--user', '12345:0', '--entrypoint', 'python3', imageIn(ran, 'api')];
    const program =
      'import sys, spectral, sample_package; print(sys.prefix, sys.base_prefix, spectral.OF, sample_package.VERSION)';
    assert.is(await engine.docker([...run, '-c', program]), '/opt/venv /opt/conda conda 1.0');
    // What mamba keeps for itself is gone.
    const left = ['run', '--rm', '--entrypoint', 'ls', imageIn(ran, 'api'), '/tmp'];
    assert.not.match(await engine.docker(left), 'pons-conda');
  }));

test('a list that names a version of Python has that one', () =>
  withEngine(async (engine) => {
    const ran = await buildWith(engine, 'spectral\npython=3.11\n');
    assert.is(ran.code, 0, ran.stderr);
    assert.match(ran.stderr, /mamba create --yes --prefix \/opt\/conda --file conda-packages\.txt pip"/);
  }));

test('a list that conda cannot install ends the build with what it said', () =>
  withEngine(async (engine) => {
    const root = makeProject({
      'cortex.yaml': oneApi([`image: ${await makeBase(engine)}`]),
      'predictor.py': predicting('return {}'),
      'conda-packages.txt': 'no/such/folder/below\n',
    });
    const ran = await build(engine, root, ['--no-cache']);
    assert.is(ran.code, 2);
    assert.match(ran.stderr, 'conda-packages.txt failed');
    assert.match(ran.stderr, 'PONS_ERR_BUILD_STEP_FAILED');
  }));

test.run();
