import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { openClient } from '../../runtime/s3/client.ts';
import { knownError } from '../project/support/errors.ts';

const keys = { AWS_ACCESS_KEY_ID: 'test', AWS_SECRET_ACCESS_KEY: 'test', AWS_REGION: 'eu-west-1' };

const NO_URLS = [
  'not a url hunter2',
  'http://bob:hunter2/x@host',
  'bob:hunter2@host:9000',
  'localhost:9000',
  'ftp://host',
];
for (const text of NO_URLS) {
  test(`"${text}" is refused as the address of a server, by the name of its variable`, async () => {
    for (const variable of ['AWS_ENDPOINT_URL', 'AWS_ENDPOINT_URL_S3']) {
      const error = await knownError(openClient({ ...keys, [variable]: text }), 'PONS_ERR_AWS_ENDPOINT');
      assert.is(
        error.message,
        `${variable} is not the URL of a server: expected http://HOST[:PORT] or https://HOST[:PORT]. It is not shown, since it may hold a password.`,
      );
    }
  });
}

const SHOWN: readonly (readonly [address: string, shown: string])[] = [
  ['http://minio:9000', 'http://minio:9000'],
  ['https://host/storage/v1/s3', 'https://host/storage/v1/s3'],
  ['http://bob:hunter2@minio:9000', 'http://minio:9000'],
  ['http://bob:1/hunter2@minio:9000', 'http://minio:9000'],
];
for (const [address, shown] of SHOWN) {
  test(`${address} is shown as ${shown}`, async () => {
    const { client, endpoint } = await openClient({ ...keys, AWS_ENDPOINT_URL: address });
    assert.is(endpoint, shown);
    client.destroy();
  });
}

test('what is no address is of no account where it is to be ignored, or is empty', async () => {
  for (const environment of [
    { AWS_ENDPOINT_URL: 'none', AWS_IGNORE_CONFIGURED_ENDPOINT_URLS: 'true' },
    { AWS_ENDPOINT_URL: '' },
  ]) {
    const { client, endpoint } = await openClient({ ...keys, ...environment });
    assert.is(endpoint, 'Amazon S3 in eu-west-1');
    client.destroy();
  }
});

test.run();
