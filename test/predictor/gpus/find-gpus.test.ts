import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { findGpus } from '../../../runtime/predictor/gpus/find-gpus.ts';
import { pathWithSmi } from '../../support/nvidia-smi.ts';

test('nvidia-smi lists them', async () => {
  const PATH = pathWithSmi('[ "$1 $2" = "--query-gpu=index --format=csv,noheader" ] && printf "0\\n1\\n10\\n2\\n"');
  const found = await findGpus({ PATH });
  assert.equal(found.devices, ['0', '1', '2', '10']);
  assert.match(found.by, /nvidia-smi$/);
});

test('an nvidia-smi without a driver finds none, and that is told', async () => {
  const found = await findGpus({ PATH: pathWithSmi('echo "NVIDIA-SMI has failed"; exit 9') });
  assert.equal(found.devices, []);
  assert.match(found.by, /^\/dev\/nvidia\*, since .*nvidia-smi failed$/);
});

for (const [visible, expected] of [
  ['2,0', ['2', '0']],
  [' 1 , 3 ', ['1', '3']],
  ['GPU-8932f937-d72c-4106-c12f-20bd9faed9f6', ['GPU-8932f937-d72c-4106-c12f-20bd9faed9f6']],
  ['0,-1,1', ['0']],
  ['1,1', ['1']],
  ['-1', []],
  ['', []],
] as const) {
  test(`CUDA_VISIBLE_DEVICES="${visible}" of the machine says which may be used`, async () => {
    const found = await findGpus({ PATH: pathWithSmi('printf "0\\n1\\n2\\n3\\n"'), CUDA_VISIBLE_DEVICES: visible });
    assert.equal(found.devices, expected);
  });
}

test.run();
