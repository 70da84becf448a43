import { existsSync, mkdirSync, readdirSync, readFileSync, symlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'uvu';
import * as assert from 'uvu/assert';
import type { ErrorCode } from '../../../../runtime/errors/catalog.ts';
import { isKnownError } from '../../../../runtime/errors/known-error.ts';
import { ModelError } from '../../../../runtime/models/model-error.ts';
import type { ModelTree } from '../../../../runtime/models/model-tree.ts';
import type { LocalModel } from '../../../../runtime/models/model-version.ts';
import { makeTempDir } from '../../../support/temp-dir.ts';
import { environmentFor, type Moto, startMoto } from '../../../support/s3/moto.ts';
import { openTree, withTree } from '../../support/open-tree.ts';
import { type Deed, type Proxy, startProxy } from '../../../support/s3/proxy.ts';

const CONTENT = Buffer.alloc(3_000_000, 'abcdefghijklmnopqrstuvwxyz').toString();
const MODEL = 'GET /bucket/m/x.onnx';

let moto: Moto;
let proxy: Proxy;
let stateDir: string;

test.before(async () => {
  moto = await startMoto();
  proxy = await startProxy(moto.address);
});

test.before.each(async () => {
  await moto.put('m/x.onnx', CONTENT);
  proxy.asked.length = 0;
  stateDir = makeTempDir();
});

test.after.each(() => {
  proxy.deed = () => ({ kind: 'pass' });
});

test.after(async () => {
  await proxy.end();
  await moto.end();
});

const settings = () => ({
  source: { kind: 'path', path: 's3://bucket/m' } as const,
  environment: environmentFor(proxy.address),
  stateDir,
  // What is looked at during a test is its own.
  reloadIntervalMs: 600_000,
});

function fetchModel(tree: ModelTree): Promise<LocalModel> {
  const [version] = tree.models.get('_cortex_default') ?? [];
  assert.ok(version);
  return tree.fetch(version);
}

/** The error of the table that a download fails with; the predictor is told it as a `ModelError`. */
async function failure(code: ErrorCode): Promise<string> {
  const tree = await openTree(settings());
  const error: unknown = await fetchModel(tree).catch((thrown: unknown) => thrown);
  await tree.close();
  assert.instance(error, ModelError);
  assert.match((error as ModelError).message, /^the model \(version 1\) cannot be had: /);
  const { cause } = error as ModelError;
  assert.ok(isKnownError(cause), String(cause));
  assert.is(cause.code, code);
  return cause.message;
}

/** Does this to every download of the model. */
function toModel(deed: Deed): (asked: string) => Deed {
  return (asked) => (asked.startsWith(MODEL) ? deed : { kind: 'pass' });
}

test('a download that is cut in half goes on where it ended', async () => {
  let cuts = 0;
  proxy.deed = (asked) => {
    if (!asked.startsWith(MODEL) || cuts === 2) return { kind: 'pass' };
    cuts += 1;
    return { kind: 'cut', afterBytes: 1_000_000 };
  };
  await withTree(settings(), async (tree) => {
    assert.is(readFileSync((await fetchModel(tree)).path, 'utf8'), CONTENT);
  });
  const [whole, ...parts] = proxy.asked.filter((asked) => asked.startsWith(MODEL));
  assert.not.match(whole ?? '', 'bytes=');
  assert.is(parts.length, 2);
  assert.match(parts[0] ?? '', /bytes=[1-9]\d*-$/);
});

test('a download that is always cut off is an error, and the next start goes on with it', async () => {
  proxy.deed = (asked) => {
    if (!asked.startsWith(MODEL)) return { kind: 'pass' };
    return { kind: 'cut', afterBytes: asked.includes('bytes=') ? 0 : 1_000_000 };
  };
  const message = await failure('PONS_ERR_MODELS_DOWNLOAD_CUT');
  const got = Number(/after (\d+) of 3000000 bytes/.exec(message)?.[1]);
  assert.ok(got > 0 && got <= 1_000_000, message);
  proxy.asked.length = 0;
  proxy.deed = () => ({ kind: 'pass' });
  await withTree(settings(), async (tree) => {
    assert.is(readFileSync((await fetchModel(tree)).path, 'utf8'), CONTENT);
  });
  assert.equal(
    proxy.asked.filter((asked) => asked.startsWith(MODEL)).map((asked) => asked.split(' ').at(-1)),
    [`bytes=${got}-`],
  );
});

test('what was damaged on the way is not kept', async () => {
  proxy.deed = toModel({ kind: 'change', change: (body) => Buffer.from(body.toString().replace('abc', 'ABC')) });
  assert.match(await failure('PONS_ERR_MODELS_DOWNLOAD_DAMAGED'), /expected MD5 [0-9a-f]{32}, got [0-9a-f]{32}\.$/);
  assert.equal(readdirSync(join(stateDir, 'models', 'objects')), []);
});

test('what an earlier run left damaged is downloaded anew', async () => {
  proxy.deed = (asked) =>
    asked.includes('bytes=') ? { kind: 'pass' } : toModel({ kind: 'cut', afterBytes: 500_000 })(asked);
  const controller = await openTree(settings());
  const cut = fetchModel(controller);
  await cut;
  await controller.close();
  const objects = join(stateDir, 'models', 'objects');
  const [name = ''] = readdirSync(objects);
  const fresh = makeTempDir();
  mkdirSync(join(fresh, 'models', 'objects'), { recursive: true });
  writeFileSync(join(fresh, 'models', 'objects', `${name}.part`), 'not what is in the bucket');
  stateDir = fresh;
  proxy.deed = () => ({ kind: 'pass' });
  await withTree(settings(), async (tree) => {
    assert.is(readFileSync((await fetchModel(tree)).path, 'utf8'), CONTENT);
  });
});

test('an object that is replaced between look and download is an error that says so', async () => {
  const tree = await openTree(settings());
  await moto.put('m/x.onnx', 'another');
  const error: unknown = await fetchModel(tree).catch((thrown: unknown) => thrown);
  await tree.close();
  const cause = (error as ModelError).cause;
  assert.ok(isKnownError(cause));
  assert.is(cause.code, 'PONS_ERR_MODELS_OBJECT_CHANGED');
  assert.is(cause.message, 's3://bucket/m/x.onnx was replaced or removed while it was being downloaded.');
});

test('a download that is denied says which object', async () => {
  const body = '<Error><Code>AccessDenied</Code><Message>no</Message></Error>';
  proxy.deed = toModel({ kind: 'answer', status: 403, body });
  const message = await failure('PONS_ERR_MODELS_S3_DENIED');
  assert.is(message, 'S3 denies access to s3://bucket/m/x.onnx: AccessDenied: no (HTTP 403).');
});

test('a model that the disk has no room for is not begun', async () => {
  const change = (body: Buffer): Buffer =>
    Buffer.from(body.toString().replace('<Size>3000000<', '<Size>9000000000000000<'));
  proxy.deed = (asked) => (asked.includes('list-type') ? { kind: 'change', change } : { kind: 'pass' });
  const message = await failure('PONS_ERR_MODELS_DISK_FULL');
  assert.match(
    message,
    /has no room for a model: 9000000000000000 bytes are still needed, \d+ are free beside the 64 MB/,
  );
  assert.equal(
    proxy.asked.filter((asked) => asked.startsWith(MODEL)),
    [],
  );
});

test('a disk that fills during a download is said as such', async () => {
  await withTree(settings(), fetchModel);
  const [name = ''] = readdirSync(join(stateDir, 'models', 'objects'));
  stateDir = makeTempDir();
  const objects = join(stateDir, 'models', 'objects');
  mkdirSync(objects, { recursive: true });
  symlinkSync('/dev/full', join(objects, `${name}.part`));
  const message = await failure('PONS_ERR_MODELS_DISK_FULL');
  assert.is(message, `The disk that holds ${objects} has no room for a model: 3000000 bytes are still needed.`);
});

test('a state folder in which nothing can be made is named', async () => {
  const file = join(makeTempDir(), 'file');
  writeFileSync(file, '');
  stateDir = file;
  assert.match(await failure('PONS_ERR_MODELS_NOT_STORED'), join(file, 'models', 'objects'));
});

test('a tree that is closed ends its downloads', async () => {
  const tree = await openTree(settings());
  proxy.deed = toModel({ kind: 'cut', afterBytes: 0 });
  const fetching = fetchModel(tree).catch((thrown: unknown) => thrown);
  await tree.close();
  assert.match(String(await fetching), 'the models are closed');
  assert.not.ok(existsSync(join(stateDir, 'models', 'versions')));
});

test.run();
