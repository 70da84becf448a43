import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { repositoryOf } from '../../runtime/package/image-names.ts';

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

test.run();
