import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { integer, nest } from '../../../runtime/models/protobuf/writer.ts';
import { signatureKeysIn } from '../../../runtime/models/tensorflow/saved-model.ts';
import { makeTempDir } from '../../support/temp-dir.ts';
import { localModel } from '../../support/tensorflow/own-serving.ts';

function keysIn(graph: Uint8Array): readonly string[] | null {
  const folder = join(makeTempDir(), 'model');
  mkdirSync(folder);
  writeFileSync(join(folder, 'saved_model.pb'), graph);
  return signatureKeysIn(localModel('iris', '3', folder));
}

/** A `SavedModel` of one graph; its `GraphDef` is what has to be skipped. */
function savedModel(tag: string, keys: readonly string[]): Buffer {
  const info = nest(1, nest(4, Buffer.from(tag)));
  const graph = nest(2, Buffer.alloc(200_000, 0xff));
  const signatures = keys.map((key) => nest(5, Buffer.concat([nest(1, Buffer.from(key)), nest(2, Buffer.alloc(0))])));
  return Buffer.concat([integer(1, 1), nest(2, Buffer.concat([info, graph, ...signatures]))]);
}

test('the signatures of the graph that is served are told', () => {
  const both = Buffer.concat([savedModel('train', ['loss']), savedModel('serve', ['one', 'two'])]);
  assert.equal(keysIn(both), ['one', 'two']);
});

test('of a model without such a graph it is for the server to tell', () => {
  assert.is(keysIn(savedModel('train', ['loss'])), null);
});

const whole = savedModel('serve', ['one']);
const WRONG: readonly (readonly [what: string, graph: Uint8Array, says: string])[] = [
  ['an empty file', Buffer.alloc(0), 'is empty'],
  ['a file that is cut off', whole.subarray(0, 1000), 'is cut off at byte 1000'],
  ['a text', Buffer.from('saved_model_schema_version: 1\n'), 'is not a SavedModel: '],
  ['a message without a graph', integer(1, 1), 'is not a SavedModel: it has no graph'],
];

for (const [what, graph, says] of WRONG) {
  test(`${what} is an error that names model, folder and file`, () => {
    const title = String.raw`the model "iris" \(version 3\) at \/.*\/model`;
    assert.throws(() => keysIn(graph), new RegExp(`^${title} cannot be loaded: its saved_model.pb ${says}`));
  });
}

test.run();
