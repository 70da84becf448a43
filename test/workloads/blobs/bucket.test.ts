import { createHash } from 'node:crypto';
import { once } from 'node:events';
import { Readable } from 'node:stream';
import { PutObjectCommand } from '@aws-sdk/client-s3';
import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { Bucket } from '../../../runtime/workloads/blobs/bucket.ts';
import { contentOf, type Content } from '../../../runtime/workloads/blobs/content.ts';
import { keyOf, newReference, parsePayloadsUrl } from '../../../runtime/workloads/blobs/location.ts';
import { until } from '../../support/redis/until.ts';
import { environmentFor, startMoto, type Moto } from '../../support/s3/moto.ts';
import { forgetCredentials } from '../../support/s3/no-credentials.ts';
import { startProxy, type Proxy } from '../../support/s3/proxy.ts';
import { codeOf, messageOf, patterned } from '../samples.ts';

const MB = 1024 * 1024;
const location = parsePayloadsUrl('s3://bucket/pons');
const nothing = (): void => undefined;
/** Never aborted. */
const { signal: stop } = new AbortController();
const goesOn = (): Promise<void> => Promise.resolve();

forgetCredentials();
let moto: Moto;
let proxy: Proxy;
let bucket: Bucket;

test.before(async () => {
  moto = await startMoto();
  proxy = await startProxy(moto.address);
  const environment = environmentFor(proxy.address);
  bucket = await Bucket.open({ location, environment, stop, onAway: nothing, onBack: nothing });
});

test.after.each(async () => {
  proxy.deed = () => ({ kind: 'pass' });
  proxy.asked.length = 0;
  for (const key of await moto.keys('')) await moto.remove(key);
});

test.after(async () => {
  await bucket.close();
  await proxy.end();
  await moto.end();
});

const fresh = (sha256 = '0'.repeat(64)): string => newReference(location, 'api', 'one', sha256);
const isPart = (asked: string): boolean => asked.startsWith('PUT ') && asked.includes('partNumber=2');
/** Does something with the first request that fits. */
function theFirst(fits: (asked: string) => boolean, deed: ReturnType<Proxy['deed']>): Proxy['deed'] {
  let isDone = false;
  return (asked) => {
    if (isDone || !fits(asked)) return { kind: 'pass' };
    isDone = true;
    return deed;
  };
}

for (const size of [1, MB, 8 * MB, 8 * MB + 1, 20 * MB]) {
  test(`${size} bytes come back as they went, in one piece or in many`, async () => {
    const bytes = patterned(size);
    const content = await contentOf(bytes);
    const reference = fresh(content.sha256);
    await bucket.put(reference, content, goesOn);
    assert.is(
      proxy.asked.some((asked) => asked.includes('partNumber=')),
      size > 8 * MB,
    );
    assert.ok(await bucket.holds(reference));
    assert.is(Buffer.compare(await bucket.read(reference, size), bytes), 0);
    const { stream } = await bucket.open(reference, size);
    assert.is(Buffer.compare(Buffer.concat(await stream.toArray()), bytes), 0);
    await bucket.remove(reference);
    assert.not(await bucket.holds(reference));
    assert.is(await codeOf(bucket.read(reference, size)), 'PONS_ERR_WORKLOAD_BODY_MISSING');
    await bucket.remove(reference);
  });
}

test('a part that is cut off or fails is sent again', async () => {
  const bytes = patterned(20 * MB);
  for (const deed of [
    { kind: 'done', act: nothing },
    { kind: 'answer', status: 500, body: '<Error><Code>InternalError</Code></Error>' },
  ] as const) {
    const content = await contentOf(bytes);
    const reference = fresh(content.sha256);
    proxy.deed = theFirst(isPart, deed);
    await bucket.put(reference, content, goesOn);
    assert.is(Buffer.compare(await bucket.read(reference, bytes.byteLength), bytes), 0);
  }
});

test('an upload that fails for good leaves no parts', async () => {
  for (const fits of [isPart, (asked: string): boolean => asked.startsWith('POST ') && asked.includes('uploadId=')]) {
    proxy.deed = (asked) =>
      fits(asked) ? { kind: 'answer', status: 400, body: '<Error><Code>Bad</Code></Error>' } : { kind: 'pass' };
    assert.is(
      await codeOf(bucket.put(fresh(), await contentOf(patterned(20 * MB)), goesOn)),
      'PONS_ERR_PAYLOADS_FAILED',
    );
    assert.equal(await moto.uploads(), []);
    assert.is(bucket.refusal, null, 'others can go on');
  }
});

test('an upload that nobody waits for any more leaves no parts', async () => {
  const gone = (): Promise<void> => Promise.reject(new Error('it is no longer noted'));
  assert.match(
    await messageOf(bucket.put(fresh(), await contentOf(patterned(20 * MB)), gone)),
    'it is no longer noted',
  );
  assert.equal(await moto.uploads(), []);
});

test('parts that cannot be thrown away hold up no others', async () => {
  const isAbort = (asked: string): boolean => asked.startsWith('DELETE ');
  const refused = { kind: 'answer', status: 400, body: '<Error><Code>Bad</Code></Error>' } as const;
  proxy.deed = (asked) => (isPart(asked) || isAbort(asked) ? refused : { kind: 'pass' });
  const content = await contentOf(patterned(9 * MB));
  for (let at = 0; at < 3; at += 1) await codeOf(bucket.put(fresh(), content, goesOn));
  assert.is((await moto.uploads()).length, 3);
  proxy.deed = theFirst(isAbort, refused);
  await codeOf(bucket.tidy());
  assert.is((await moto.uploads()).length, 1);
  await bucket.tidy();
  assert.equal(await moto.uploads(), []);
});

test('an opening that nobody waits for any more ends at once, with the reason', async () => {
  moto.freeze();
  const controller = new AbortController();
  const environment = environmentFor(proxy.address);
  const asked = proxy.asked.length;
  try {
    const opening = messageOf(
      Bucket.open({ location, environment, stop: controller.signal, onAway: nothing, onBack: nothing }),
    );
    await until(() => Promise.resolve(proxy.asked.length > asked ? true : null));
    const begun = performance.now();
    controller.abort(new Error('it is to stop'));
    assert.is(await opening, 'it is to stop');
    assert.ok(performance.now() - begun < 5000);
  } finally {
    moto.thaw();
  }
});

test('parts that could not be thrown away are thrown away later', async () => {
  proxy.deed = (asked) =>
    isPart(asked) || asked.startsWith('DELETE ')
      ? { kind: 'answer', status: 400, body: '<Error><Code>Bad</Code></Error>' }
      : { kind: 'pass' };
  await codeOf(bucket.put(fresh(), await contentOf(patterned(20 * MB)), goesOn));
  assert.is((await moto.uploads()).length, 1);
  proxy.deed = () => ({ kind: 'pass' });
  await bucket.tidy();
  assert.equal(await moto.uploads(), []);
});

for (const size of [MB, 20 * MB]) {
  test(`of ${size} bytes that change on their way to S3, that is noticed`, async () => {
    const isBody = (asked: string): boolean => asked.startsWith('PUT ') && !asked.includes('probe');
    const change = (body: Buffer): Buffer => Buffer.concat([body.subarray(0, -1), Buffer.from('!')]);
    proxy.deed = (asked) => (isBody(asked) ? { kind: 'tamper', change } : { kind: 'pass' });
    const code = await codeOf(bucket.put(fresh(), await contentOf(patterned(size)), goesOn));
    assert.ok(['PONS_ERR_PAYLOADS_DAMAGED', 'PONS_ERR_PAYLOADS_FAILED'].includes(code), code);
    assert.equal(await moto.uploads(), []);
  });
}

test('of an object that somebody has written anew, with as many bytes, that is noticed', async () => {
  const content = await contentOf(patterned(MB));
  const reference = fresh(content.sha256);
  await bucket.put(reference, content, goesOn);
  const Key = keyOf(location, reference) ?? '';
  await moto.client.send(new PutObjectCommand({ Bucket: location.bucket, Key, Body: Buffer.alloc(MB, 'x') }));
  assert.is(await codeOf(bucket.read(reference, MB)), 'PONS_ERR_PAYLOADS_DAMAGED');
});

test('of bytes that change on their way from S3, that is noticed', async () => {
  const bytes = patterned(MB);
  const content = await contentOf(bytes);
  const reference = fresh(content.sha256);
  await bucket.put(reference, content, goesOn);
  const change = (body: Buffer): Buffer => Buffer.concat([body.subarray(0, -1), Buffer.from('!')]);
  proxy.deed = (asked) => (asked.startsWith('GET ') ? { kind: 'change', change } : { kind: 'pass' });
  assert.is(await codeOf(bucket.read(reference, MB)), 'PONS_ERR_PAYLOADS_DAMAGED');
  assert.is(await codeOf(bucket.read(reference, MB - 1)), 'PONS_ERR_PAYLOADS_DAMAGED');
});

const isOfBody = (asked: string): boolean => asked.startsWith('GET ') && !asked.includes('probe');
const NOT_FOUND = { kind: 'answer', status: 404, body: '<html>no such page</html>' } as const;

for (const [what, answer, code] of [
  ['is denied', { status: 403, body: '<Error><Code>AccessDenied</Code></Error>' }, 'PONS_ERR_PAYLOADS_REFUSED'],
  [
    'lies in an archive',
    { status: 403, body: '<Error><Code>InvalidObjectState</Code></Error>' },
    'PONS_ERR_PAYLOADS_REFUSED',
  ],
  ['fails', { status: 400, body: '<Error><Code>KMS.DisabledException</Code></Error>' }, 'PONS_ERR_PAYLOADS_REFUSED'],
  ['is not there, without the name of that', NOT_FOUND, 'PONS_ERR_WORKLOAD_BODY_MISSING'],
  ['cannot be had now', { status: 503, body: '<Error><Code>SlowDown</Code></Error>' }, 'PONS_ERR_PAYLOADS_FAILED'],
] as const) {
  test(`of a body that alone ${what}, that is told, and others are served`, async () => {
    const content = await contentOf(patterned(MB));
    const reference = fresh(content.sha256);
    await bucket.put(reference, content, goesOn);
    proxy.deed = (asked) => (isOfBody(asked) ? { kind: 'answer', ...answer } : { kind: 'pass' });
    assert.is(await codeOf(bucket.read(reference, MB)), code);
    assert.is(await codeOf(bucket.open(reference, MB)), code);
    assert.is(bucket.refusal, null);
  });
}

test('a 404 of whoever answers for a server that is away says nothing of a body', async () => {
  const environment = environmentFor(proxy.address);
  let isBack = false;
  const onBack = (): void => void (isBack = true);
  const one = await Bucket.open({ location, environment, stop, onAway: nothing, onBack });
  try {
    const content = await contentOf(patterned(MB));
    const reference = fresh(content.sha256);
    await one.put(reference, content, goesOn);
    proxy.deed = () => NOT_FOUND;
    assert.is(await codeOf(one.read(reference, MB)), 'PONS_ERR_PAYLOADS_FAILED');
    proxy.deed = () => ({ kind: 'pass' });
    await until(() => Promise.resolve(isBack ? true : null));
    assert.is(Buffer.compare(await one.read(reference, MB), patterned(MB)), 0);
  } finally {
    await one.close();
  }
});

test('an answer that is cut off goes on where it ended', async () => {
  const bytes = patterned(3 * MB);
  const content = await contentOf(bytes);
  const reference = fresh(content.sha256);
  await bucket.put(reference, content, goesOn);
  proxy.deed = theFirst((asked) => asked.startsWith('GET '), { kind: 'cut', afterBytes: MB });
  assert.is(Buffer.compare(await bucket.read(reference, 3 * MB), bytes), 0);
  assert.ok(
    proxy.asked.some((asked) => / bytes=\d{6,}-$/.test(asked)),
    proxy.asked.join('\n'),
  );
});

test('a body that is left unread, or half read, holds nothing', async () => {
  const bytes = patterned(3 * MB);
  const content = await contentOf(bytes);
  const reference = fresh(content.sha256);
  await bucket.put(reference, content, goesOn);
  const unread = await bucket.open(reference, 3 * MB);
  unread.stream.destroy();
  await once(unread.stream, 'close');
  const half = await bucket.open(reference, 3 * MB);
  await once(half.stream, 'readable');
  half.stream.read(1);
  half.stream.destroy();
  await once(half.stream, 'close');
  assert.is(Buffer.compare(await bucket.read(reference, 3 * MB), bytes), 0);
});

test('a body is sent in little memory, however large it is', async () => {
  const sizeBytes = 128 * MB;
  const piece = patterned(MB);
  function* from(start: number, end: number): Generator<Buffer> {
    for (let at = start; at < end; at += MB) yield piece.subarray(0, Math.min(MB, end - at));
  }
  const hash = createHash('sha256');
  for (const one of from(0, sizeBytes)) hash.update(one);
  const content: Content = {
    sizeBytes,
    sha256: hash.digest('hex'),
    stream: (start, end) => Readable.from(from(start, end), { objectMode: false }),
  };
  const before = process.memoryUsage().rss;
  let most = 0;
  const watch = (): Promise<void> => {
    most = Math.max(most, process.memoryUsage().rss - before);
    return Promise.resolve();
  };
  const direct = await Bucket.open({
    location,
    environment: environmentFor(moto.address),
    stop,
    onAway: nothing,
    onBack: nothing,
  });
  try {
    const reference = fresh(content.sha256);
    await direct.put(reference, content, watch);
    const { stream } = await direct.open(reference, sizeBytes);
    let bytes = 0;
    for await (const one of stream as AsyncIterable<Buffer>) {
      bytes += one.byteLength;
      void watch();
    }
    assert.is(bytes, sizeBytes);
    assert.ok(most < 64 * MB, `${most / MB} MB`);
  } finally {
    await direct.close();
  }
});

test('closing ends what is under way', async () => {
  const environment = environmentFor(proxy.address);
  const one = await Bucket.open({ location, environment, stop, onAway: nothing, onBack: nothing });
  const content = await contentOf(patterned(MB));
  moto.freeze();
  try {
    const asked = proxy.asked.length;
    const put = codeOf(one.put(fresh(), content, goesOn));
    await until(() => Promise.resolve(proxy.asked.length > asked ? true : null));
    await one.close();
    assert.is(await put, 'PONS_ERR_STORE_CLOSED');
  } finally {
    moto.thaw();
  }
});

test.run();
