import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { isImageReference } from '../../../runtime/config/schema/image-reference.ts';

const right = [
  ...[
    'ubuntu',
    'ubuntu:22.04',
    'team/image',
    'quay.io/cortexlabs/python-predictor-cpu:0.32.0',
    'localhost:5000/a/b/c:x',
  ],
  ...['localhost:65535/a', 'localhost:1/a:0'],
  ...['a__b/c-d.e', `a@sha256:${'0'.repeat(64)}`, `registry.example.com/a:b@sha256:${'0'.repeat(32)}`],
];
const wrong = [
  ...['', ' ', 'a b', 'A', 'a/B', 'a:', 'a:b:c', '/a', 'a/', 'a//b', 'a@sha256:1', '-a', 'a-', 'http://a/b', 'a:-x'],
  ...['localhost:65536/a', 'localhost:0/a', 'host:99999999999/a/b:1'],
  ...[`a@x@sha256:${'0'.repeat(64)}`, `${'a'.repeat(40)}!`, 'a'.repeat(2000), `a:${'b'.repeat(129)}`],
];

for (const text of right) {
  test(`${text} names an image`, () => {
    assert.ok(isImageReference(text));
  });
}

for (const text of wrong) {
  test(`${JSON.stringify(text)} names no image`, () => {
    assert.not(isImageReference(text));
  });
}

test.run();
