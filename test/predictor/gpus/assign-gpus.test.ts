import { test } from 'uvu';
import * as assert from 'uvu/assert';
import type { ApiSpec } from '../../../runtime/config/spec.ts';
import { isKnownError } from '../../../runtime/errors/known-error.ts';
import { assignGpus } from '../../../runtime/predictor/gpus/assign-gpus.ts';
import { makeSpec } from '../../project/support/spec.ts';

const FOUR = { CUDA_VISIBLE_DEVICES: '0,1,2,3' };

function api(name: string, gpu: number, minReplicas = 1, env: Readonly<Record<string, string>> = {}): ApiSpec {
  const spec = makeSpec();
  return {
    ...spec,
    name,
    compute: { ...spec.compute, gpu },
    predictor: { ...spec.predictor, env },
    autoscaling: { ...spec.autoscaling, minReplicas },
  };
}

test('no device is given to two replicas, and one that asks for none sees none', async () => {
  const variables = await assignGpus([api('a', 1, 2), api('b', 2), api('none', 0)], false, FOUR);
  const visible = (name: string, replica: number) => variables(name, replica, FOUR)['CUDA_VISIBLE_DEVICES'];
  assert.equal([visible('a', 0), visible('a', 1), visible('b', 0)], ['0', '1', '2,3']);
  assert.equal(variables('b', 0, FOUR), {
    CUDA_VISIBLE_DEVICES: '2,3',
    NVIDIA_VISIBLE_DEVICES: '2,3',
    CUDA_DEVICE_ORDER: 'PCI_BUS_ID',
  });
  assert.equal(variables('none', 0, FOUR), {
    CUDA_VISIBLE_DEVICES: '',
    NVIDIA_VISIBLE_DEVICES: 'void',
    CUDA_DEVICE_ORDER: 'PCI_BUS_ID',
  });
});

test('the order that the user has set stays', async () => {
  const variables = await assignGpus([api('a', 1)], false, FOUR);
  const given = variables('a', 0, { ...FOUR, CUDA_DEVICE_ORDER: 'FASTEST_FIRST' });
  assert.is(given['CUDA_DEVICE_ORDER'], 'FASTEST_FIRST');
});

test('where no API asks for a GPU nothing is changed', async () => {
  const variables = await assignGpus([api('a', 0)], false, FOUR);
  assert.equal(variables('a', 0, FOUR), {});
});

test('an API that names its devices itself keeps them, and takes none from others', async () => {
  const own = { CUDA_VISIBLE_DEVICES: '7' };
  const variables = await assignGpus([api('own', 3, 2, own), api('b', 4)], false, FOUR);
  assert.equal(variables('own', 0, { ...FOUR, ...own }), {});
  assert.is(variables('b', 0, FOUR)['CUDA_VISIBLE_DEVICES'], '0,1,2,3');
});

test('an API that names the devices of the machine itself keeps them, too', async () => {
  const variables = await assignGpus([api('own', 4, 1, FOUR), api('b', 4)], false, FOUR);
  assert.equal(variables('own', 0, FOUR), {});
  assert.is(variables('b', 0, FOUR)['CUDA_VISIBLE_DEVICES'], '0,1,2,3');
});

test('devices that .env names go before those that are handed out', async () => {
  const variables = await assignGpus([api('a', 1)], false, FOUR);
  assert.equal(variables('a', 0, { CUDA_VISIBLE_DEVICES: '3' }), {});
});

const tensorflow = makeSpec({ type: 'tensorflow' }).predictor;

test('the GPUs of a tensorflow API go to the server that is started for it, and its processes see none', async () => {
  const served = { ...api('served', 1, 2), predictor: tensorflow };
  const variables = await assignGpus([api('a', 1), served], false, FOUR);
  assert.is(variables('served', 'serving', FOUR)['CUDA_VISIBLE_DEVICES'], '1,2');
  assert.is(variables('served', 0, FOUR)['CUDA_VISIBLE_DEVICES'], '');
});

test('where its server is a named one, a tensorflow API takes no GPU of this machine', async () => {
  const served = { ...api('served', 8), predictor: tensorflow };
  const alone = await assignGpus([served], true, { PATH: '' });
  assert.equal(alone('served', 0, FOUR), {});
  const beside = await assignGpus([served, api('b', 4)], true, FOUR);
  assert.is(beside('served', 0, FOUR)['CUDA_VISIBLE_DEVICES'], '');
  assert.is(beside('b', 0, FOUR)['CUDA_VISIBLE_DEVICES'], '0,1,2,3');
});

test('too few are refused, with who asks for how many and what was found', async () => {
  const refused = await assignGpus([api('a', 2, 2), api('b', 1)], false, FOUR).then(
    () => null,
    (error: unknown) => error,
  );
  if (!isKnownError(refused)) throw new Error(String(refused));
  assert.is(refused.code, 'PONS_ERR_PREDICTOR_GPUS');
  assert.is(
    refused.message,
    'compute.gpu asks for 5 GPUs in all (a: 2 for each of 2 replicas, b: 1), and 4 can be found by CUDA_VISIBLE_DEVICES, which is "0,1,2,3".',
  );
});

test.run();
