import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'uvu';
import * as assert from 'uvu/assert';
import type { Engine } from '../support/containers/engine.ts';
import { withEngine } from '../support/containers/with-engine.ts';
import { build, imageIn } from '../support/package/built.ts';
import { startPrivateIndex } from '../support/package/private-index.ts';
import { wordsIn } from '../support/package/saved-image.ts';
import { makeStandInBase } from '../support/package/stand-in-base.ts';
import { makeProject, oneApi, predicting } from '../support/project.ts';
import { makeTempDir } from '../support/temp-dir.ts';

const PLANTED = {
  dotenv: 'planted-in-dotenv-4711',
  index: 'planted-in-index-4712',
  netrc: 'planted-in-netrc-4713',
  proxy: 'planted-in-proxy-4714',
  pipConf: 'planted-in-pip-conf-4715',
};

async function projectWith(engine: Engine, script: string): Promise<string> {
  return makeProject({
    'cortex.yaml': oneApi([`image: ${await makeStandInBase(engine)}`]),
    'predictor.py': predicting('return {"known": "control-word-0815"}'),
    'requirements.txt': 'private_package\n',
    'dependencies.sh': script,
    '.env': `API_TOKEN="${PLANTED.dotenv}"\n`,
  });
}

test('no layer, no label and no line of the history holds what only the build may know', () =>
  withEngine(async (engine) => {
    const script = '. .env\ntest "$API_TOKEN" = "$(cut -d\\" -f2 .env)"\necho "token of ${#API_TOKEN} letters"\n';
    const root = await projectWith(engine, script);
    const home = makeTempDir();
    writeFileSync(join(home, '.netrc'), `machine private.example login reader password ${PLANTED.netrc}\n`);
    const index = await startPrivateIndex('private_package', PLANTED.index);
    try {
      const proxies = { https_proxy: `http://user:${PLANTED.proxy}@127.0.0.1:1`, no_proxy: '127.0.0.1' };
      const settings = join(home, 'pip.conf');
      writeFileSync(
        settings,
        `[global]\nextra-index-url = http://${PLANTED.pipConf}@127.0.0.1:1/simple\nretries = 0\n`,
      );
      const pip = { PIP_INDEX_URL: index.url, PIP_CONFIG_FILE: settings };
      const ran = await build(engine, root, ['--no-cache'], { HOME: home, ...pip, ...proxies });
      assert.is(ran.code, 0, ran.stderr);
      assert.match(ran.stderr, `token of ${PLANTED.dotenv.length} letters`);
      assert.match(ran.stderr, 'Successfully installed private_package-1.0');
      const words = [...Object.values(PLANTED), 'control-word-0815'];
      assert.equal(await wordsIn(engine, imageIn(ran, 'api'), words), ['control-word-0815']);
      for (const word of Object.values(PLANTED)) assert.not.match(ran.stderr, word);
    } finally {
      index.close();
    }
  }));

test('a script that would leave a secret in the image ends the build, unless it is said to be none', () =>
  withEngine(async (engine) => {
    const root = makeProject({
      'cortex.yaml': oneApi([`image: ${await makeStandInBase(engine)}`]),
      'predictor.py': predicting('return {}'),
      'dependencies.sh': 'echo "token=$API_TOKEN by $AUTHOR" > /etc/token.conf\n',
      '.env': `export AUTHOR=Python-3.11 API_TOKEN="${PLANTED.dotenv}"\n`,
    });
    const ran = await build(engine, root);
    assert.is(ran.code, 2);
    assert.match(ran.stderr, 'PONS_ERR_BUILD_SECRET_KEPT');
    assert.match(ran.stderr, '/etc/token.conf holds the value of API_TOKEN of .env');
    assert.not.match(ran.stderr, PLANTED.dotenv);
    const excepted = await build(engine, root, ['--not-secret', 'API_TOKEN']);
    assert.is(excepted.code, 0, excepted.stderr);
    assert.is((await build(engine, root)).code, 2);
  }));

test.run();
