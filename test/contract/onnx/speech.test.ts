import { copyFileSync, mkdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { packed } from '../../support/models/packed.ts';
import { predict } from '../../support/workload.ts';
import { fixtureProject, serveForAllTests } from '../support/fixture-server.ts';
import { copyProject } from '../support/project-copy.ts';

interface Report {
  readonly passages: readonly { readonly begin: number; readonly end: number }[];
  readonly probabilities: readonly number[];
  /** In seconds. */
  readonly step: number;
}

const models = join(await packed('@ricky0123/vad-web@0.0.31'), 'dist');
const project = copyProject('speech');
mkdirSync(join(project, 'models/silero'), { recursive: true });
copyFileSync(join(models, 'silero_vad_v5.onnx'), join(project, 'models/silero/silero.onnx'));
copyFileSync(join(models, 'silero_vad_legacy.onnx'), join(project, 'models/silero-legacy.onnx'));
const server = serveForAllTests(project);

const recording = new Uint8Array(readFileSync(join(fixtureProject('speech'), 'samples/recording.wav')));
/** When the voice begins and ends, in seconds. */
const SPOKEN = { begin: 1.25, end: 3.1 };

/** The probabilities of the chunks that lie wholly between two moments. */
function between({ probabilities, step }: Report, begin: number, end: number): number[] {
  return probabilities.filter((_, at) => at * step >= begin && (at + 1) * step <= end);
}

for (const api of ['speech', 'speech-by-lstm']) {
  test(`Silero hears the sentence in a recording, and nothing before and behind it: ${api}`, async () => {
    const report = (await predict(server.api(api), recording, 'audio/wav')) as Report;
    assert.is(report.probabilities.length, 137);
    assert.ok(Math.max(...between(report, 0, SPOKEN.begin - 0.1)) < 0.1);
    assert.ok(Math.max(...between(report, SPOKEN.end + 0.15, Infinity)) < 0.1);
    const inside = between(report, SPOKEN.begin + 0.1, SPOKEN.end - 0.15);
    assert.ok(inside.reduce((sum, one) => sum + one, 0) / inside.length > 0.95, JSON.stringify(inside));
    assert.is(report.passages.length, 1);
    const [passage = { begin: 0, end: 0 }] = report.passages;
    assert.ok(Math.abs(passage.begin - SPOKEN.begin) < 0.1, String(passage.begin));
    assert.ok(Math.abs(passage.end - SPOKEN.end) < 0.15, String(passage.end));
  });
}

test('recordings that are heard at the same time do not hear each other', async () => {
  const api = server.api('speech');
  const silence = recording.slice();
  silence.fill(0, 44);
  const reports = (await Promise.all(
    [recording, silence, recording].map((sound) => predict(api, sound, 'audio/wav')),
  )) as Report[];
  assert.equal(reports[0], reports[2]);
  assert.equal(reports[1]?.passages, []);
});

test.run();
