import { appendFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { withEngine } from '../support/containers/with-engine.ts';
import { notRun } from '../support/not-run.ts';
import { build } from '../support/package/built.ts';
import { startPodman } from '../support/package/podman.ts';
import { makeStandInBase } from '../support/package/stand-in-base.ts';
import { makeProject, oneApi, predicting } from '../support/project.ts';
import { makeTempDir } from '../support/temp-dir.ts';

test('podman builds the same layers each time, uses them again, and keeps secrets out', () =>
  withEngine(async (engine) => {
    const started = await startPodman();
    if (typeof started === 'string') {
      notRun(started);
      return;
    }
    const { podman, environment, end } = started;
    try {
      const base = await makeStandInBase(engine);
      const saved = join(makeTempDir(), 'base.tar');
      await engine.docker(['save', '--output', saved, base]);
      await podman(['load', '--input', saved]);
      const root = makeProject({
        'cortex.yaml': oneApi([`image: localhost/${base}`]),
        'predictor.py': predicting('return {}'),
        'dependencies.sh': 'echo "token of ${#API_TOKEN} letters"\n',
        '.env': 'API_TOKEN=planted-for-podman-4715\n',
      });
      const built = async (tag: string, args: readonly string[] = []) => {
        const ran = await build(engine, root, ['--engine', 'podman', '--tag', tag, ...args], environment);
        assert.is(ran.code, 0, ran.stderr);
        const image = /^api: (\S+) \(/m.exec(ran.stdout)?.[1] ?? '';
        const layers = JSON.parse(
          await podman(['image', 'inspect', '--format', '{{json .RootFS.Layers}}', image]),
        ) as string[];
        return { image, layers, said: ran.stderr };
      };
      const first = await built('1');
      assert.match(first.said, 'dependencies.sh: token of 23 letters');
      assert.equal((await built('2', ['--no-cache'])).layers, first.layers);
      appendFileSync(join(root, 'predictor.py'), '# changed\n');
      const changed = await built('3');
      assert.match(changed.said, 'dependencies.sh: unchanged');
      assert.equal(changed.layers.slice(0, -1), first.layers.slice(0, -1));
      assert.is.not(changed.layers.at(-1), first.layers.at(-1));
      const config = JSON.parse(await podman(['image', 'inspect', first.image])) as unknown;
      assert.not.match(JSON.stringify(config), 'planted-for-podman');
    } finally {
      await end();
    }
  }));

test.run();
