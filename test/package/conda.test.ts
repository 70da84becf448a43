import { createHash } from 'node:crypto';
import { execFileSync } from 'node:child_process';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { ROOT } from '../support/containers/images.ts';
import { makeProject } from '../support/project.ts';

const PROGRAM = `
import json, sys
sys.path.insert(0, sys.argv[1])
import conda
conda.ROOT = sys.argv[2]
print(conda._download(json.loads(sys.argv[3])))
`;
const TEXT = '#!/bin/sh\n';
const DIGEST = createHash('sha256').update(TEXT).digest('hex');
const home = makeProject({ micromamba: TEXT });
const url = pathToFileURL(join(home, 'micromamba')).href;

function download(settings: Readonly<Record<string, string>>): string {
  const args = ['-B', '-c', PROGRAM, join(ROOT, 'runtime/package/layer'), join(home, 'into'), JSON.stringify(settings)];
  return execFileSync('python3', args, { encoding: 'utf8' }).trim();
}

test('a micromamba of the digest that is named is used', () => {
  assert.match(
    download({ MICROMAMBA_URL: url, MICROMAMBA_SHA256: DIGEST.toUpperCase() }),
    join(home, 'into/micromamba'),
  );
});

test('one of another digest is not', () => {
  const said = download({ MICROMAMBA_URL: url, MICROMAMBA_SHA256: '0'.repeat(64) });
  assert.match(said, `Its digest is ${DIGEST}`);
  assert.match(said, /^None$/m);
});

test('without a digest nothing is downloaded, and it is said what to set', () => {
  const said = download({ MICROMAMBA_URL: url });
  assert.match(said, 'MICROMAMBA_SHA256 to the digest');
  assert.match(said, /^None$/m);
});

test.run();
