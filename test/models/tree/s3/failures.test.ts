import { test } from 'uvu';
import * as assert from 'uvu/assert';
import type { ErrorCode } from '../../../../runtime/errors/catalog.ts';
import { knownError } from '../../../project/support/errors.ts';
import { freePort } from '../../../support/bench/free-port.ts';
import { deadline } from '../../../support/deadline.ts';
import { makeTempDir } from '../../../support/temp-dir.ts';
import { environmentFor, type Moto, startMoto } from '../../../support/s3/moto.ts';
import { openTree, untilTree, versionsIn, withTree } from '../../support/open-tree.ts';
import { type Proxy, startProxy } from '../../../support/s3/proxy.ts';

let moto: Moto;
let proxy: Proxy;

test.before(async () => {
  // The machine's own credentials must not be found, nor asked for on the network.
  for (const name of Object.keys(process.env)) if (name.startsWith('AWS_')) Reflect.deleteProperty(process.env, name);
  process.env['AWS_EC2_METADATA_DISABLED'] = 'true';
  process.env['AWS_SHARED_CREDENTIALS_FILE'] = process.env['AWS_CONFIG_FILE'] = `${makeTempDir()}/none`;
  moto = await startMoto();
  proxy = await startProxy(moto.address);
  await moto.put('m/x.onnx', 'content');
});

test.after.each(() => {
  proxy.deed = () => ({ kind: 'pass' });
});

test.after(async () => {
  await proxy.end();
  await moto.end();
});

const DENIAL = '<Error><Code>AccessDenied</Code><Message>no</Message></Error>';
const source = { kind: 'path', path: 's3://bucket/m' } as const;

async function refused(code: ErrorCode, path: string, environment: Record<string, string>): Promise<string> {
  return (await knownError(openTree({ source: { kind: 'path', path }, environment }), code)).message;
}

test('a bucket that does not exist is named', async () => {
  const message = await refused(
    'PONS_ERR_MODELS_BUCKET_MISSING',
    's3://no-such-bucket/m',
    environmentFor(moto.address),
  );
  assert.is(message, `There is no bucket no-such-bucket at ${moto.address}.`);
});

test('a place in a bucket where nothing is, is named', async () => {
  const message = await refused('PONS_ERR_MODELS_NOT_FOUND', 's3://bucket/none/', environmentFor(moto.address));
  assert.is(message, 'The model is missing: there is nothing at s3://bucket/none/.');
});

test('a layout in a bucket is drawn as a local one is', async () => {
  await moto.put('wrong/a.onnx', '');
  await moto.put('wrong/b.onnx', '');
  const message = await refused('PONS_ERR_MODELS_LAYOUT', 's3://bucket/wrong', environmentFor(moto.address));
  assert.match(message, /^The model at s3:\/\/bucket\/wrong has 2 \.onnx files/);
  assert.match(message, /s3:\/\/bucket\/wrong\/ +s3:\/\/bucket\/wrong\/\n/);
});

test('a bucket that denies is told with the reason that it gives', async () => {
  await moto.denyAll();
  try {
    const message = await refused('PONS_ERR_MODELS_S3_DENIED', 's3://bucket/m', environmentFor(moto.address));
    assert.match(message, /^S3 denies access to s3:\/\/bucket\/m: \w+: .*\(HTTP 403\)\.$/);
  } finally {
    await moto.allowAll();
  }
});

test('without credentials, what is open to everybody is had', async () => {
  const open = { kind: 'path', path: 's3://bucket/open/x.onnx' } as const;
  await moto.put('open/x.onnx', 'content', 'public-read');
  await withTree({ source: open, environment: { AWS_ENDPOINT_URL_S3: moto.address } }, async (tree) => {
    const [version] = tree.models.get('_cortex_default') ?? [];
    assert.ok(version);
    await tree.fetch(version);
  });
});

test('without credentials, what is not open to everybody is an error that says so', async () => {
  proxy.deed = () => ({
    kind: 'answer',
    status: 403,
    body: DENIAL,
  });
  const message = await refused('PONS_ERR_MODELS_S3_CREDENTIALS', 's3://bucket/m', { AWS_ENDPOINT_URL: proxy.address });
  assert.match(
    message,
    /^No AWS credentials were found, and s3:\/\/bucket\/m is not open to everybody: Could not load credentials/,
  );
});

test('a login in the address of a server is not shown', async () => {
  const port = await freePort();
  const message = await refused(
    'PONS_ERR_MODELS_S3_UNREACHABLE',
    's3://bucket/m',
    environmentFor(`http://me:hush@127.0.0.1:${port}`),
  );
  assert.match(message, `http://127.0.0.1:${port}`);
  assert.not.match(message, 'hush');
});

test('a server that is not there is named', async () => {
  const address = `http://127.0.0.1:${await freePort()}`;
  const message = await refused('PONS_ERR_MODELS_S3_UNREACHABLE', 's3://bucket/m', environmentFor(address));
  assert.match(message, `s3://bucket/m cannot be reached at ${address}: ECONNREFUSED`);
});

test('an answer that no S3 server gives is told as it is', async () => {
  proxy.deed = () => ({
    kind: 'answer',
    status: 400,
    body: '<Error><Code>Strange</Code><Message>odd</Message></Error>',
  });
  const message = await refused('PONS_ERR_MODELS_S3_FAILED', 's3://bucket/m', environmentFor(proxy.address));
  assert.is(message, 'S3 could not serve s3://bucket/m: Strange: odd (HTTP 400).');
});

test('what the project says of AWS goes before what the machine says', async () => {
  process.env['AWS_ENDPOINT_URL'] = `http://127.0.0.1:${await freePort()}`;
  try {
    await withTree({ source, environment: environmentFor(moto.address) }, (tree) => {
      assert.equal(versionsIn(tree), ['_cortex_default/1']);
      return Promise.resolve();
    });
  } finally {
    Reflect.deleteProperty(process.env, 'AWS_ENDPOINT_URL');
  }
});

test('a bucket that denies for a while changes nothing, and is said once', async () => {
  const logged: string[] = [];
  await withTree({ source, environment: environmentFor(proxy.address), logged }, async (tree) => {
    const denials = new Promise<void>((resolve) => {
      let looks = 0;
      proxy.deed = () => {
        looks += 1;
        if (looks === 5) resolve();
        return { kind: 'answer', status: 403, body: DENIAL };
      };
    });
    await deadline(60_000, denials, 'five looks');
    assert.equal(versionsIn(tree), ['_cortex_default/1']);
    proxy.deed = () => ({ kind: 'pass' });
    await moto.put('m/y.txt', 'more');
    const before = tree.models.get('_cortex_default')?.[0]?.fingerprint;
    await untilTree(tree, 'the change', () => tree.models.get('_cortex_default')?.[0]?.fingerprint !== before);
  });
  assert.is(
    logged.filter((line) => line.startsWith('warning: The models at s3://bucket/m cannot be looked at')).length,
    1,
  );
  assert.is(logged.filter((line) => line.includes('can be looked at again')).length, 1);
});

test.run();
