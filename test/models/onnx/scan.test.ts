import { readFileSync, writeFileSync } from 'node:fs';
import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { scanModel } from '../../../runtime/models/onnx/scan.ts';
import { WireError } from '../../../runtime/models/protobuf/file-reader.ts';
import { makeTempDir } from '../../support/temp-dir.ts';
import { seededRandom } from '../../workloads/seeded-random.ts';
import { fixture } from './fixture.ts';

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

test('a model that is cut off anywhere is found out, but where a field ends', () => {
  const path = `${makeTempDir()}/cut.onnx`;
  let found = 0;
  for (let bytes = 1; bytes < whole.length; bytes++) {
    const wrong = wrongWith(path, whole.subarray(0, bytes));
    if (wrong === null) continue;
    assert.match(wrong, /^is (cut off at byte \d+: |not an ONNX model: it has no graph)/);
    found++;
  }
  assert.ok(found > whole.length - 30);
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
