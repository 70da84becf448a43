import { once } from 'node:events';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { knownError } from '../../../project/support/errors.ts';
import { deadline } from '../../../support/deadline.ts';
import { environmentFor } from '../../../support/s3/moto.ts';
import { openTree } from '../../support/open-tree.ts';

/* A server that lists objects without an end, as a bucket does that holds far more than models. */
let pages = 0;
const server = createServer((_request, response) => {
  pages += 1;
  const keys = Array.from({ length: 1000 }, (_, at) => `photos/${pages}/${at}.jpg`);
  const contents = keys.map((key) => `<Contents><Key>${key}</Key><Size>1</Size><ETag>"${key}"</ETag></Contents>`);
  const more = `<IsTruncated>true</IsTruncated><NextContinuationToken>${pages}</NextContinuationToken>`;
  response.end(`<ListBucketResult><Name>bucket</Name>${more}${contents.join('')}</ListBucketResult>`);
});
// Whoever leaves a connection open is seen.
server.keepAliveTimeout = 0;
server.listen(0, '127.0.0.1');
await once(server, 'listening');

test.after(() => {
  server.closeAllConnections();
  server.close();
});

test('a location with far more objects than models have is refused, and no connection to it is left', async () => {
  const environment = environmentFor(`http://127.0.0.1:${(server.address() as AddressInfo).port}`);
  const opening = openTree({ source: { kind: 'dir', dir: 's3://bucket/' }, environment });
  const error = await deadline(60_000, knownError(opening, 'PONS_ERR_MODELS_S3_TOO_MANY'), 'the refusal');
  assert.is(
    error.message,
    'There are more than 50000 objects at s3://bucket/, which are too many to look at again and again.',
  );
  assert.is(pages, 51);
  await deadline(30_000, untilAlone(), 'the end of the connections');
});

async function untilAlone(): Promise<void> {
  const count = (): Promise<number> => {
    return new Promise((resolve) => {
      server.getConnections((_error, connections) => {
        resolve(connections);
      });
    });
  };
  while ((await count()) > 0) await new Promise((resolve) => setTimeout(resolve, 5));
}

test.run();
