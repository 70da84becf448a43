import { fileURLToPath } from 'node:url';
import { execa } from 'execa';
import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { TSX } from '../support/served.ts';

const SPEAKER = fileURLToPath(new URL('./pretty-speaker.ts', import.meta.url));
const ESC = '\u001b';

async function linesWith(env: Readonly<Record<string, string>>): Promise<string[]> {
  const rest = Object.entries(process.env).filter(([name]) => !/^(NO|FORCE)_COLOR$/.test(name));
  const options = { env: { ...Object.fromEntries(rest), ...env }, extendEnv: false, timeout: 30_000 };
  const { stdout } = await execa(process.execPath, ['--import', TSX, SPEAKER], options);
  return stdout.split('\n');
}

test('on a terminal, errors are red and warnings yellow, level and text', async () => {
  const [info = '', warning = '', error = ''] = await linesWith({ FORCE_COLOR: '1' });
  assert.ok(warning.includes(`${ESC}[33mWARNING`), warning);
  assert.ok(warning.includes(`${ESC}[33m[iris] odd`), warning);
  assert.ok(error.includes(`${ESC}[31mERROR  `), error);
  assert.ok(error.includes(`${ESC}[31m[iris] bad`), error);
  assert.not.match(info, /\[3[13]m/);
});

test('with NO_COLOR there are no colours', async () => {
  const lines = await linesWith({ NO_COLOR: '1' });
  assert.match(lines[0] ?? '', /INFO {3}: \[iris\] well$/);
  assert.match(lines[2] ?? '', /ERROR.*\[iris\] bad$/);
  assert.not.ok(lines.join('').includes(ESC), lines.join('\n'));
});

test.run();
