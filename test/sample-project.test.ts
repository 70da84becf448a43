import { execFileSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { recordWhere } from './contract/support/records.ts';
import { servePons, type Served } from './support/served.ts';
import { predict, submit, waitForEnd } from './support/workload.ts';

const PROJECT = fileURLToPath(new URL('../sample-project/', import.meta.url));
const IRISES = fileURLToPath(new URL('./fixtures/iris/iris.csv', import.meta.url));
let served: Served | null = null;

const sample = (name: string) => new Uint8Array(readFileSync(`${PROJECT}samples/${name}`));
const address = () => served?.url ?? '';
const api = (name: string) => `${address()}/${name}`;

// Not in `before`: uvu swallows what it throws.
test.before.each(async () => {
  served ??= await servePons(PROJECT);
});

test.after(async () => {
  await served?.stop();
});

test('the iris classifier names the species of a flower', async () => {
  assert.equal(await predict(api('iris-classifier'), sample('iris-classifier.json'), 'application/json'), {
    label: 'setosa',
  });
});

test('the text analyzer counts the words of a text and finds what it is about', async () => {
  assert.equal(await predict(api('text-analyzer'), sample('text-analyzer.txt'), 'text/plain; charset=utf-8'), {
    words: 39,
    sentences: 3,
    keywords: ['keeper', 'letter', 'light'],
    longest_word: 'lighthouse',
    reading_minutes: 0.18,
  });
});

test('the image API reads the bytes of a picture', async () => {
  assert.equal(await predict(api('image-colors'), sample('image-colors.png'), 'image/png'), {
    width: 160,
    height: 100,
    mean_color: '#838592',
    dominant_color: '#26466e',
    dominant_share: 0.149,
  });
});

test('the flower report asks the classifier about each flower, knows its id and reads .env', async () => {
  const headers = { 'x-request-id': 'weekly-report' };
  const id = await submit(api('flower-report'), sample('flower-report.json'), 'application/json', headers);
  assert.is(id, 'weekly-report');
  const answer = await waitForEnd(api('flower-report'), id);
  assert.is(answer.error, undefined);
  assert.equal(answer.result, {
    title: 'Flowers of the week',
    request_id: 'weekly-report',
    labels: ['setosa', 'versicolor', 'virginica', 'setosa'],
    counts: { setosa: 2, versicolor: 1, virginica: 1 },
  });
});

test('the log of the report names the workload and carries its extra', async () => {
  assert.ok(served);
  const record = await recordWhere({ served }, ({ message }) => message === 'the report is ready', 'of the report');
  assert.is(record['flowers'], 4);
  assert.match(JSON.stringify(record['labels']), 'weekly-report');
});

test("the report's own metric is among the metrics", async () => {
  const metrics = await (await fetch(`${address()}/metrics`)).text();
  assert.match(metrics, /^\w*flowers\w*\{[^}]*species="setosa"[^}]*\} 2$/m);
});

test('a flower without a measure fails, and the failure names what is missing', async () => {
  const id = await submit(api('iris-classifier'), '{"sepal_length": 5.1}', 'application/json');
  const answer = await waitForEnd(api('iris-classifier'), id);
  assert.is(answer.status, 'failed');
  assert.match(answer.error?.message ?? '', /KeyError.*sepal_width/);
});

test("the classifier's coefficients fit the 150 flowers of Fisher's data set", () => {
  const script = `
import csv, sys
sys.dont_write_bytecode = True
sys.path.insert(0, '.')
from iris_classifier import PythonPredictor
predictor = PythonPredictor({'model': 'iris_model.json'})
rows = list(csv.DictReader(open(sys.argv[1])))
print(len(rows), sum(predictor.predict(row)['label'] == row['species'] for row in rows))
`;
  const output = execFileSync('python3', ['-c', script, IRISES], { cwd: PROJECT, encoding: 'utf8' });
  assert.is(output.trim(), '150 147');
});

test.run();
