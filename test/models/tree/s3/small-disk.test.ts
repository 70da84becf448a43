import { join } from 'node:path';
import { execa } from 'execa';
import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { notRun } from '../../../support/not-run.ts';
import { TSX } from '../../../support/served.ts';
import { makeTempDir } from '../../../support/temp-dir.ts';
import { startMoto } from '../../../support/s3/moto.ts';

const PROGRAM = join(import.meta.dirname, '..', '..', '..', 'fixtures', 'models', 'fetch.ts');

test('of models that together would take the room for results, one is not begun', async () => {
  const moto = await startMoto();
  try {
    const places = ['a', 'b'];
    for (const place of places) await moto.put(`${place}/x.onnx`, Buffer.alloc(700_000, place));
    const state = makeTempDir();
    // Beside the 64 MB for results, there is room for each of the two, but not for both.
    const script = `mount -t tmpfs -o size=65m none "$1" && exec "$2" --import "$3" "$4" "$1" "$5" s3://bucket/a s3://bucket/b`;
    const args = ['--map-root-user', '--mount', 'sh', '-c', script, 'sh', state];
    const program = [process.execPath, TSX, PROGRAM, moto.address];
    const { stdout, stderr, shortMessage } = await execa('unshare', [...args, ...program], { reject: false });
    if (/unshare failed|permission denied|Operation not permitted|ENOENT/i.test(`${stderr}${shortMessage ?? ''}`)) {
      notRun('mount namespaces are not permitted here, so that there is no small disk');
      return;
    }
    const refusal =
      /^PONS_ERR_MODELS_DISK_FULL: The disk that holds .* has no room for a model: 700000 bytes are still needed, \d+ are free beside the 64 MB/m;
    assert.match(stdout, refusal, stderr);
    assert.match(stdout, /^fulfilled$/m);
  } finally {
    await moto.end();
  }
});

test.run();
