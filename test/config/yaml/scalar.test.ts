import { execFileSync } from 'node:child_process';
import { join } from 'node:path';
import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { toPythonJson } from '../../../runtime/config/config-json.ts';
import { resolvePlain } from '../../../runtime/config/yaml/scalar.ts';
import { defaultPython } from '../../support/pythons.ts';
import { makeTempDir } from '../../support/temp-dir.ts';

/** Plain scalars that PyYAML and the Go library of Cortex read alike. */
const alike = [
  ...['1_000', '1__0', '1_', '0', '-0', '+1', '-1', '010', '-010', '00', '0x1F', '-0x1F', '0b11', '-0b11', '0_1'],
  ...['.5', '1.', '1.0', '+1.5', '-0.0', '1_000.5', '1.5e+3', '.inf', '-.inf', '+.Inf', '.INF', '.nan', '.NaN', '.NAN'],
  ...[
    '~',
    'null',
    'Null',
    'NULL',
    'nULL',
    'yes',
    'Yes',
    'YES',
    'no',
    'on',
    'off',
    'On',
    'OFF',
    'true',
    'True',
    'FALSE',
  ],
  ...['tRue', 'inf', 'nan', 'NaN', '0x', '0b', '0b2', '.', '+', '1e', '1.2.3', '1,000', '100%', '1-2', '_1', 'text'],
  ...['123456789012345678901234567890', '-18446744073709551616', '0xFFFFFFFFFFFFFFFFFF'],
];

/** Those where the two differ; Pons sides with Go, since that is what existing projects saw. */
const likeGo: readonly (readonly [text: string, value: unknown, pyYaml: string])[] = [
  ['190:20:30', '190:20:30', '685230'],
  ['1:20', '1:20', '80'],
  ['0o17', 15n, '"0o17"'],
  ['0O17', 15n, '"0O17"'],
  ['0X1F', 31n, '"0X1F"'],
  ['0B11', 3n, '"0B11"'],
  ['08', 8n, '"08"'],
  ['1e3', 1000, '"1e3"'],
  ['1E3', 1000, '"1E3"'],
  ['1.5e3', 1500, '"1.5e3"'],
  ['-.5', -0.5, '"-.5"'],
  ['+.5', 0.5, '"+.5"'],
  ['y', true, '"y"'],
  ['N', false, '"N"'],
  ['.5_0', '.5_0', '0.5'],
  ['1.0e+400', '1.0e+400', 'Infinity'],
];

test('a scalar means what the Go library of Cortex took it for', () => {
  assert.equal(
    likeGo.map(([text]) => [text, resolvePlain(text)]),
    likeGo.map(([text, value]) => [text, value]),
  );
});

test('a date stays the text that is written', () => {
  for (const text of ['2001-01-01', '2001-12-14t21:59:43.10-05:00']) assert.is(resolvePlain(text), text);
});

test('every other scalar means what PyYAML takes it for', () => {
  const texts = [...alike, ...likeGo.map(([text]) => text)];
  const script =
    'import json, sys, yaml\nfor t in json.load(sys.stdin): print(json.dumps(yaml.safe_load("- " + t)[0]))';
  const input = JSON.stringify(texts);
  const lines = execFileSync(pythonWithYaml(), ['-c', script], { input, encoding: 'utf8' }).trim().split('\n');
  const expected = [...alike.map((text) => toPythonJson(resolvePlain(text))), ...likeGo.map(([, , pyYaml]) => pyYaml)];
  assert.equal(
    texts.map((text, index) => `${text} is ${lines[index] ?? ''}`),
    texts.map((text, index) => `${text} is ${expected[index] ?? ''}`),
  );
});

function pythonWithYaml(): string {
  try {
    execFileSync(defaultPython.executable, ['-c', 'import yaml'], { stdio: 'ignore' });
    return defaultPython.executable;
  } catch {
    const venv = makeTempDir();
    execFileSync(defaultPython.executable, ['-m', 'venv', venv]);
    const python = join(venv, 'bin', 'python');
    execFileSync(python, ['-m', 'pip', 'install', '--quiet', 'pyyaml'], { stdio: 'ignore' });
    return python;
  }
}

test.run();
