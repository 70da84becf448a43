import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { IMAGES, ROOT, VERSION } from '../support/containers/images.ts';

const folders = readdirSync(join(ROOT, 'images'), { withFileTypes: true })
  .filter((entry) => entry.isDirectory())
  .map(({ name }) => name);
const textOf = (folder: string): string => readFileSync(join(ROOT, 'images', folder, 'Dockerfile'), 'utf8');
/** The stage that an engine is to build once for all images. */
const programOf = (folder: string): string =>
  /^FROM \S+ AS program\n[^]*?^COPY images\/slim\.js.*\n/m.exec(textOf(folder))?.[0] ?? '';

test('the tests know every image', () => {
  assert.equal(folders.sort(), Object.keys(IMAGES).sort());
});

for (const folder of folders) {
  const text = textOf(folder);

  test(`${folder}: the program is made as in every other image`, () => {
    assert.ok(programOf(folder).split('\n').length > 10);
    assert.is(programOf(folder), programOf('gateway'));
  });

  test(`${folder}: what stands at its head builds it under the version that it has`, () => {
    const command = `docker build -f images/${folder}/Dockerfile -t pons/${folder}:${VERSION} .`;
    assert.ok(text.includes(`#   ${command}\n`));
    assert.ok(text.includes(`ARG PONS_VERSION=${VERSION}\n`));
    assert.ok(text.includes(`image.title="pons/${folder}"`));
  });

  test(`${folder}: a label says which type of predictor it is made for`, () => {
    const type = /^(?<type>[a-z]+)-predictor/.exec(folder)?.groups?.['type'];
    assert.is(/pons\.predictor="(?<type>\w+)"/.exec(text)?.groups?.['type'], type);
  });

  test(`${folder}: each image that it begins with can be given`, () => {
    const bases = [...text.matchAll(/^FROM (\S+)/gm)].map(([, base]) => base ?? '');
    assert.ok(bases.length > 1);
    for (const base of bases) assert.match(text, new RegExp(`^ARG ${/\w+/.exec(base)?.[0] ?? ''}=`, 'm'));
  });
}

test.run();
