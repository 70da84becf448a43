import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { BASE_IMAGES } from '../support/containers/bases.ts';
import { withEngine } from '../support/containers/with-engine.ts';

test('the base images that the Dockerfiles begin with are there', () =>
  withEngine(async ({ docker }) => {
    for (const image of BASE_IMAGES) assert.ok(await docker(['image', 'inspect', '--format', '{{.Id}}', image]));
  }));

test.run();
