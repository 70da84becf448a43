import { execFileSync } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { modelStates } from '../../../runtime/models/tensorflow/channel.ts';
import { dataTypes, valueFields } from '../../../runtime/models/tensorflow/data-types.ts';
import * as read from '../../../runtime/models/tensorflow/tensor-response.ts';
import { installTensorflow } from '../../support/tensorflow/installed.ts';
import { ownDescriptors, type FieldShape } from '../../support/tensorflow/own-descriptors.ts';

type Theirs = Readonly<Record<string, Readonly<Record<string, unknown>> | null>>;

const script = fileURLToPath(new URL('../../support/tensorflow/descriptors.py', import.meta.url));
const { python } = await installTensorflow();
const ours = ownDescriptors();
const names = [ours.messages, ours.enums, ours.services].flatMap((group) => Object.keys(group));
const theirs = JSON.parse(execFileSync(python, [script, ...names], { encoding: 'utf8', stdio: 'pipe' })) as Theirs;

test('the protocol files have what there is to compare', () => {
  assert.ok(Object.keys(ours.messages).length > 20);
  assert.ok(Object.keys(ours.enums).length === 2);
  assert.equal(Object.keys(ours.services).sort(), [
    'tensorflow.serving.ModelService',
    'tensorflow.serving.PredictionService',
  ]);
});

test('every message has the fields of the one of that name in tensorflow-serving-api, by name, number, label and type', () => {
  for (const [message, fields] of Object.entries(ours.messages)) {
    for (const [name, shape] of Object.entries(fields)) {
      const their = theirs[message]?.[name] as FieldShape | undefined;
      assert.ok(
        their !== undefined && agree(shape, their),
        `${message}.${name}: ${String(shape)}, not ${String(their)}`,
      );
    }
  }
});

test('every enum has the numbers of the one of that name', () => {
  for (const [name, values] of Object.entries(ours.enums)) {
    const their = theirs[name] ?? {};
    assert.equal(values, Object.fromEntries(Object.keys(values).map((value) => [value, their[value]])), name);
  }
});

test('every method takes and answers with the messages of the one of that name', () => {
  for (const [name, methods] of Object.entries(ours.services)) {
    for (const [method, types] of Object.entries(methods)) {
      assert.equal(
        types.map((type) => `tensorflow.serving.${type}`),
        theirs[name]?.[method],
        `${name}.${method}`,
      );
    }
  }
});

test('the numbers in the program are those of the protocol', () => {
  const numberOf = (message: string, field: string): unknown => ours.messages[message]?.[field]?.[0];
  const tables: readonly [string, Readonly<Record<string, number>>][] = [
    ['tensorflow.TensorProto', { ...valueFields, ...read.tensorFields }],
    ['tensorflow.TensorShapeProto', read.shapeFields],
    ['tensorflow.TensorShapeProto.Dim', read.dimFields],
    ['tensorflow.serving.PredictResponse', read.responseFields],
  ];
  for (const [message, table] of tables) {
    for (const [field, number] of Object.entries(table))
      assert.is(numberOf(message, field), number, `${message}.${field}`);
  }
  assert.equal({ ...modelStates }, ours.enums['tensorflow.serving.ModelVersionStatus.State']);
  for (const { name, number } of dataTypes) assert.is(ours.enums['tensorflow.DataType']?.[name], number, name);
});

/** A named type stands in our files as short as it can be told. */
function agree(our: FieldShape, their: FieldShape): boolean {
  return (
    our.length === their.length &&
    our.every((part, index) => {
      const other = their[index];
      if (Array.isArray(part)) return Array.isArray(other) && sameType(part[1] as string, other[1] as string);
      return typeof part === 'string' && index === 2 ? sameType(part, other as string) : part === other;
    })
  );
}

function sameType(our: string, their: string): boolean {
  return our === their || their.endsWith(`.${our}`);
}

test.run();
