import { test } from 'uvu';
import { environmentFor, startMoto, type Moto } from './moto.ts';
import { forgetCredentials } from './no-credentials.ts';
import { startProxy, type Proxy } from './proxy.ts';

/** The S3 of a file of tests, and a proxy before it; there before the first test. */
export interface TestBucket {
  moto: Moto;
  proxy: Proxy;
}

/** Starts both for the tests of a file, and empties them after each. @param way how this process reaches the S3 */
export function withTestBucket(way: keyof TestBucket): TestBucket {
  const s3 = {} as TestBucket;
  forgetCredentials();
  test.before(async () => {
    s3.moto = await startMoto();
    s3.proxy = await startProxy(s3.moto.address);
  });
  test.before.each(() => {
    Object.assign(process.env, environmentFor(s3[way].address));
  });
  test.after.each(async () => {
    s3.proxy.deed = () => ({ kind: 'pass' });
    for (const key of await s3.moto.keys('')) await s3.moto.remove(key);
  });
  test.after(async () => {
    await s3.proxy.end();
    await s3.moto.end();
  });
  return s3;
}
