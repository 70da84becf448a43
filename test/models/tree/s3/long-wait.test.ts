import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { sayingSo } from '../../../../runtime/models/tree/s3/long-wait.ts';

test('what takes long is named again and again until it has ended, whichever way', async () => {
  const said: string[] = [];
  let second = (): void => undefined;
  const told = new Promise<void>((resolve) => (second = resolve));
  const say = (line: string): void => {
    said.push(line);
    if (said.length === 2) second();
  };
  const act = async (): Promise<never> => {
    await told;
    throw new Error('no answer');
  };
  assert.is(await sayingSo('an answer of http://s3', say, act, 10).catch(String), 'Error: no answer');
  const { length } = said;
  assert.match(said[0] ?? '', /^Still waiting for an answer of http:\/\/s3, for \d+ s$/);
  await new Promise((resolve) => setTimeout(resolve, 50));
  assert.is(said.length, length);
});

test('nothing is said of what is done at once', async () => {
  const said: string[] = [];
  assert.is(
    await sayingSo(
      'an answer',
      (line) => said.push(line),
      () => Promise.resolve(3),
    ),
    3,
  );
  assert.equal(said, []);
});

test.run();
