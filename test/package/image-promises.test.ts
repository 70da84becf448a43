import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'uvu';
import * as assert from 'uvu/assert';
import * as promises from '../../runtime/package/image-promises.ts';
import { IMAGES, ROOT } from '../support/containers/images.ts';

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
    if (name !== 'gateway') assert.match(dockerfile, `ENV PATH=${promises.PYTHON.replace(/\/python3$/, '')}:`);
  });
}

test('the programs that make layers know the same of an image', () => {
  const folder = 'runtime/package/layer';
  const programs = readdirSync(join(ROOT, folder)).filter((name) => name.endsWith('.py'));
  const constants = new Map(
    programs.flatMap((name) =>
      [...textOf(folder, name).matchAll(/^([A-Z]+) = (.+)$/gm)].map(([, constant = '', value = '']) => [
        constant,
        value,
      ]),
    ) as [string, string][],
  );
  assert.is(constants.get('PROJECT'), `"${promises.PROJECT_DIR}"`);
  assert.is(`${constants.get('VENV') ?? ''}/bin/python3`.replaceAll('"', ''), promises.PYTHON);
  assert.is(Number(constants.get('OWNER')), promises.USER_ID);
});

test.run();
