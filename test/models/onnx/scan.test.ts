import { closeSync, openSync, readFileSync, writeFileSync } from 'node:fs';
import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { scanModel } from '../../../runtime/models/onnx/scan.ts';
import { WireError, WireReader } from '../../../runtime/models/protobuf/file-reader.ts';
import { makeTempDir } from '../../support/temp-dir.ts';
import { seededRandom } from '../../workloads/seeded-random.ts';
import { fixture } from './fixture.ts';

/** Of `ModelProto`. Source: onnx.proto3 */
const GRAPH = 7;
const whole = readFileSync(fixture('classifier-string').path);

/** What a scan of these bytes says is wrong, or null. Fails where it ends in another way. */
function wrongWith(path: string, bytes: Buffer): string | null {
  writeFileSync(path, bytes);
  try {
    scanModel(path);
    return null;
  } catch (error) {
    assert.instance(error, WireError);
    return (error as WireError).message;
  }
}

/** Where a file may end between two fields of the model, which is no damage that can be seen: behind the graph, and behind each field that follows it. */
function endsOfFields(path: string): number[] {
  const file = openSync(path, 'r');
  try {
    const reader = new WireReader(file, 'an ONNX model');
    const ends: number[] = [];
    let hasGraph = false;
    reader.fields(0, reader.size, ({ number, end }) => {
      hasGraph ||= number === GRAPH;
      if (hasGraph && end < reader.size) ends.push(end);
    });
    return ends;
  } finally {
    closeSync(file);
  }
}

test('a model that is cut off anywhere is found out, but where a field ends', () => {
  const path = `${makeTempDir()}/cut.onnx`;
  const unseen: number[] = [];
  for (let bytes = 1; bytes < whole.length; bytes++) {
    const wrong = wrongWith(path, whole.subarray(0, bytes));
    if (wrong === null) unseen.push(bytes);
    else assert.match(wrong, /^is (cut off at byte \d+: |not an ONNX model: it has no graph)/);
  }
  const ends = endsOfFields(fixture('classifier-string').path);
  assert.ok(ends.length > 0);
  assert.equal(unseen, ends);
});

test('a scan of damaged bytes ends, with an error of its own or none', () => {
  const path = `${makeTempDir()}/damaged.onnx`;
  const random = seededRandom(5);
  for (let round = 0; round < 500; round++) {
    const bytes = Buffer.from(whole);
    for (let damage = 0; damage < 3; damage++) bytes[Math.floor(random() * bytes.length)] = Math.floor(random() * 256);
    wrongWith(path, bytes);
  }
});

test('what lies beyond the window is read, and tensors are passed over', () => {
  const path = `${makeTempDir()}/long.onnx`;
  // A tensor of 1 MB, as a field of the graph before all others.
  const tensor = Buffer.concat([Buffer.from([0x4a, 0x80, 0x80, 0x40]), Buffer.alloc(2 ** 20, 0xff)]);
  const field = Buffer.concat([Buffer.from([0x2a]), varint(tensor.length), tensor]);
  const scan = scanModel(fixture('classifier-string').path);
  const graph = Buffer.concat([field, whole.subarray(scan.graph.start, scan.graph.end)]);
  writeFileSync(path, Buffer.concat([Buffer.from([0x3a]), varint(graph.length), graph]));
  const found = scanModel(path);
  assert.equal(
    found.outputs.map(({ name }) => name),
    ['output_label', 'output_probability'],
  );
  assert.equal(found.zipMaps[0]?.map, scan.zipMaps[0]?.map);
});

function varint(value: number): Buffer {
  const bytes = [];
  for (let rest = value; ; rest = Math.floor(rest / 128)) {
    bytes.push((rest % 128) + (rest >= 128 ? 128 : 0));
    if (rest < 128) return Buffer.from(bytes);
  }
}

test.run();
