import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { withEngine } from '../../support/containers/with-engine.ts';
import { withComposed } from '../../support/package/composed.ts';
import { predict } from '../../support/workload.ts';

const SAMPLE_PROJECT = fileURLToPath(new URL('../../../sample-project', import.meta.url));
const sample = (name: string) => new Uint8Array(readFileSync(join(SAMPLE_PROJECT, 'samples', name)));

/** What each API is asked, and what of its answer tells that it is right. */
const ASKED: readonly (readonly [api: string, sample: string, contentType: string, answer: RegExp])[] = [
  ['iris-classifier', 'iris-classifier.json', 'application/json', /"label":"setosa"/],
  ['text-analyzer', 'text-analyzer.txt', 'text/plain', /"words":39/],
  ['image-colors', 'image-colors.png', 'image/png', /"dominant_color":"#26466e"/],
  ['digit-reader', 'digit-reader.png', 'image/png', /"digit":7/],
  // It asks the classifier, by the name of its container, about each flower.
  ['flower-report', 'flower-report.json', 'application/json', /"counts":\{"setosa":2,"versicolor":1,"virginica":1\}/],
];

test('the sample project runs as images under docker-compose with Redis, and each of its APIs answers', async () => {
  await withEngine(async (engine) => {
    const bases = ['python-predictor-cpu', 'onnx-predictor-cpu'] as const;
    await withComposed(engine, { source: SAMPLE_PROJECT, bases }, async ({ url }) => {
      for (const [api, file, contentType, expected] of ASKED) {
        assert.match(JSON.stringify(await predict(`${url}/${api}`, sample(file), contentType)), expected, api);
      }
    });
  });
});

test.run();
