import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { keyOf, newReference, parsePayloadsUrl, sha256Of } from '../../../runtime/workloads/blobs/location.ts';
import { isKnownError } from '../../../runtime/errors/known-error.ts';

for (const [text, bucket, prefix, shown] of [
  ['s3://bucket', 'bucket', '', 's3://bucket'],
  ['s3://bucket/', 'bucket', '', 's3://bucket'],
  ['s3://my.bucket-1/a/b_c', 'my.bucket-1', 'a/b_c/', 's3://my.bucket-1/a/b_c'],
  ['s3://bucket/a//', 'bucket', 'a/', 's3://bucket/a'],
] as const) {
  test(`${text} is a place`, () => {
    const location = parsePayloadsUrl(text);
    assert.equal([location.bucket, location.prefix, location.shown], [bucket, prefix, shown]);
  });
}

for (const text of [
  '',
  'bucket',
  '/var/payloads',
  's3:/bucket',
  's3://',
  's3:///a',
  's3://-b/a',
  's3://user:secret@bucket/a',
  'https://secret.s3.amazonaws.com/a',
  's3://bucket/../a',
  's3://bucket/a/./b',
  's3://bucket/a//b',
  's3://bucket/a b',
  's3://bucket/a?secret=1',
  's3://bucket/a#b',
  's3://bucket/%2e%2e',
  `s3://bucket/${'a/'.repeat(300)}`,
]) {
  test(`${JSON.stringify(text.slice(0, 40))} is no place, which is said without showing it`, () => {
    assert.throws(
      () => parsePayloadsUrl(text),
      (error: unknown) =>
        isKnownError(error) && error.code === 'PONS_ERR_PAYLOADS_URL' && !error.message.includes('secret'),
    );
  });
}

test('a reference is new each time, and only its own place can read it', () => {
  const location = parsePayloadsUrl('s3://bucket/a');
  const references = Array.from({ length: 100 }, () => newReference(location, 'api', '../../x', 'ab'.repeat(32)));
  assert.is(new Set(references).size, 100);
  for (const reference of references) {
    assert.match(keyOf(location, reference) ?? '', /^a\/api\/\.\._\.\._x\.[0-9a-f-]{36}\.(ab){32}$/);
    assert.is(sha256Of(reference), 'ab'.repeat(32));
    assert.is(keyOf(parsePayloadsUrl('s3://bucket/a/b'), reference), null);
    assert.is(keyOf(parsePayloadsUrl('s3://bucket2/a'), reference), null);
  }
});

test.run();
