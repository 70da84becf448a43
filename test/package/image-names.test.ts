import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { isImageReference } from '../../runtime/config/schema/image-reference.ts';
import { apiImage, projectLabel, repositoryOf } from '../../runtime/package/image-names.ts';

for (const [reference, repository] of [
  ['python', 'docker.io/library/python'],
  ['python:3.11', 'docker.io/library/python'],
  ['docker.io/library/python@sha256:1', 'docker.io/library/python'],
  ['index.docker.io/python:3', 'docker.io/library/python'],
  ['acme/base:1@sha256:1', 'docker.io/acme/base'],
  ['localhost/pons/base:1', 'localhost/pons/base'],
  ['localhost:5000/base', 'localhost:5000/base'],
  ['ghcr.io/acme/base:1', 'ghcr.io/acme/base'],
] as const) {
  test(`${reference} is of the repository ${repository}`, () => {
    assert.is(repositoryOf(reference), repository);
  });
}

const NAMES = { registry: null, tag: '1' };

for (const [root, api, image] of [
  ['/projects/sample-project', 'iris-classifier', 'sample-project-iris-classifier:1'],
  ['/projects/sample-project/', 'noop', 'sample-project-noop:1'],
  ['/projects/iris', 'noop', 'iris-noop:1'],
  ['/projects/iris', 'iris-classifier', 'iris_iris-classifier:1'],
  ['/projects/my-own-project', 'noop', 'my-own-project_noop:1'],
] as const) {
  test(`the API ${api} in ${root} has the image ${image}`, () => {
    assert.is(apiImage(root, api, NAMES), image);
  });
}

test('the image of a folder and an API is that of no others', () => {
  const folders = [
    'a',
    'a-b',
    'a-b-c',
    'A',
    'a_b',
    'a b',
    'a\\b',
    'a--b',
    '-a',
    '日本',
    '中国',
    '1',
    'project-1',
    'project',
    '',
  ];
  const long = ['x', 'y'].map((end) => `${'f'.repeat(40)}${end}`);
  const apis = ['c', 'b', 'b-c', 'b--c', 'c-b', 'b-c-c', 'b-c-b-c'];
  const images = [...folders, ...long].flatMap((folder) => apis.map((api) => apiImage(`/p/${folder}`, api, NAMES)));
  assert.is(new Set(images).size, images.length);
  assert.ok(images.every(isImageReference));
});

test('a folder is called the same by whatever letters its file system makes of them', () => {
  assert.is(projectLabel('/p/caf\u00e9'), projectLabel('/p/cafe\u0301'));
  assert.match(projectLabel('/p/caf\u00e9'), /^caf-[0-9a-f]{8}$/);
});

test('a name for objects begins with a letter, ends with none but a letter or digit, and is short', () => {
  for (const folder of ['日本', '1', '_', '', '1'.repeat(60), 'F'.repeat(200), `${'f'.repeat(39)}-g`])
    assert.match(projectLabel(`/p/${folder}`), /^[a-z](?:[a-z0-9-]{0,61}[a-z0-9])?$/);
});

test.run();
