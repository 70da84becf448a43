import { execFileSync } from 'node:child_process';
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { MOUNTS_DIR } from '../../runtime/package/dockerfile.ts';
import * as promises from '../../runtime/package/image-promises.ts';
import { IMAGES, ROOT } from '../support/containers/images.ts';
import { sourceFiles } from '../support/source/imports.ts';

const textOf = (...path: readonly string[]): string => readFileSync(join(ROOT, ...path), 'utf8');

for (const name of Object.keys(IMAGES)) {
  test(`${name} keeps what is promised of it`, () => {
    const dockerfile = textOf('images', name, 'Dockerfile');
    const { USER_ID, GROUP_ID, PROJECT_DIR, STATE_DIR } = promises;
    const port = name === 'gateway' ? promises.GATEWAY_PORT : promises.API_PORT;
    for (const line of [
      `USER ${USER_ID}:${GROUP_ID}`,
      `WORKDIR ${PROJECT_DIR}`,
      `VOLUME ${STATE_DIR}`,
      `EXPOSE ${port}`,
    ])
      assert.ok(dockerfile.split('\n').includes(line), line);
    assert.match(dockerfile, `PONS_READY_URL=http://127.0.0.1:${port}/`);
    if (name !== 'gateway') assert.match(dockerfile, `ENV PATH=${promises.VENV}/bin:`);
  });
}

const LAYER = 'runtime/package/layer';
const TELL = `
import json, sys
sys.path.insert(0, sys.argv[1])
import conda, environment, layer, sbom
print(json.dumps([environment.PROJECT, environment.VENV, environment.PYTHON, environment.MOUNTS, conda.PREFIX, sbom.FOLDER, layer.OWNER]))
`;

test('the programs that make layers know the same of an image', () => {
  const told = execFileSync('python3', ['-B', '-c', TELL, join(ROOT, LAYER)], { encoding: 'utf8' });
  const { PROJECT_DIR, VENV, PYTHON, CONDA, SBOM_DIR, USER_ID } = promises;
  assert.equal(JSON.parse(told), [PROJECT_DIR, VENV, PYTHON, MOUNTS_DIR, CONDA, SBOM_DIR, USER_ID]);
});

const written = (files: readonly string[], place: string): string[] =>
  files.filter((file) => new RegExp(`['"\`=:]${place}\\b`).test(textOf(file)));

for (const place of [promises.PROJECT_DIR, promises.VENV, promises.CONDA, promises.SBOM_DIR, MOUNTS_DIR]) {
  test(`${place} is written in one file of each language`, () => {
    assert.is(written(sourceFiles(ROOT, 'runtime'), place).length, 1);
    const programs = readdirSync(join(ROOT, LAYER)).filter((name) => name.endsWith('.py'));
    assert.is(
      written(
        programs.map((name) => `${LAYER}/${name}`),
        place,
      ).length,
      1,
    );
  });
}

test.run();
