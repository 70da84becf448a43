import { execFileSync } from 'node:child_process';
import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { BYTES, TEXTS } from './json-bodies.ts';
import { findJsonProblem } from '../../../runtime/gateway/payload/json-check.ts';

// Integers of more digits than Python converts are its own limit, not JSON's; so is its depth of recursion.
const PYTHON = `
import json, sys
if hasattr(sys, 'set_int_max_str_digits'): sys.set_int_max_str_digits(0)
answers = []
for line in sys.stdin:
    try:
        json.loads(bytes.fromhex(line.strip()))
        answers.append(None)
    except ValueError as error:
        answers.append(str(error))
print(json.dumps({'version': sys.version_info[:2], 'answers': answers}))
`;

interface Verdicts {
  readonly version: readonly [number, number];
  readonly answers: readonly (string | null)[];
}

function askPython(bodies: readonly Uint8Array[]): Verdicts {
  const input = bodies.map((body) => `${Buffer.from(body).toString('hex')}\n`).join('');
  return JSON.parse(execFileSync('python3', ['-c', PYTHON], { input, maxBuffer: 1 << 28 }).toString()) as Verdicts;
}

/** Other versions than the one whose words we use decide alike, but say some of it otherwise. */
function assertSameVerdicts(bodies: readonly Uint8Array[]): void {
  const { version, answers } = askPython(bodies);
  assert.is(answers.length, bodies.length);
  const sameWords = version[0] === 3 && version[1] === 11;
  for (const [index, body] of bodies.entries()) {
    const [ours, pythons] = [findJsonProblem(body), answers[index] ?? null];
    const shown = Buffer.from(body).toString('latin1').slice(0, 120);
    if (sameWords) assert.is(ours, pythons, JSON.stringify(shown));
    else assert.is(ours === null, pythons === null, JSON.stringify(shown));
  }
}

test('a body is refused where Python refuses it, in the same words', () => {
  const tables = [...TEXTS.map((text) => Buffer.from(text)), ...BYTES.map((hex) => Buffer.from(hex, 'hex'))];
  const wide = TEXTS.flatMap((text) => [
    Buffer.from(text, 'utf16le'),
    Buffer.from(`\ufeff${text}`, 'utf16le'),
    Buffer.from(text, 'utf16le').swap16(),
  ]);
  assertSameVerdicts([...tables, ...wide, ...TEXTS.map(toUtf32)]);
});

test('thousands of damaged bodies are judged as Python judges them', () => {
  const random = mulberry32(20_261_122);
  const seeds = [
    '{"name": "\\u00e9\\ud83d\\ude00", "list": [1, -2.5e+3, true, null, "a\\nb"], "deep": {"x": [{}, [], ""]}}',
    '[NaN, -Infinity, {"k": "v"}, "é😀", 0.1, [[[[1]]]]]',
    '  {"a":\n\t"\\\\\\"", "b" : [ ] , "c":1e5 }\r\n',
  ].flatMap((text) => [Buffer.from(text), Buffer.from(text), Buffer.from(text, 'utf16le'), toUtf32(text)]);
  const alphabet = Buffer.from(
    '{}[]:,"\\u0123456789abcdefnrtNI.-+eE \n\t\x00\x1f\xff\xed\xa0\x80\xc3\xf0\x9f',
    'latin1',
  );
  const bodies = Array.from({ length: 5_000 }, () =>
    damage(seeds[Math.floor(random() * seeds.length)] ?? Buffer.alloc(0), alphabet, random),
  );
  assertSameVerdicts(bodies);
});

test('no depth of nesting exhausts the stack', () => {
  for (const [open, close] of [
    ['[', ']'],
    ['{"a":', '}'],
  ] as const) {
    const depth = 100_000;
    assert.is(findJsonProblem(Buffer.from(`${open.repeat(depth)}1${close.repeat(depth)}`)), null);
    assert.is(findJsonProblem(Buffer.from(`${open.repeat(depth)}NaN${close.repeat(depth)}`)), null);
    assert.match(findJsonProblem(Buffer.from(open.repeat(depth))) ?? '', `(char ${depth * open.length})`);
  }
});

function toUtf32(text: string): Buffer {
  const points = Array.from(text, (character) => character.codePointAt(0) ?? 0);
  const bytes = Buffer.alloc(points.length * 4);
  for (const [index, point] of points.entries()) bytes.writeUInt32LE(point, index * 4);
  return bytes;
}

function damage(seed: Buffer, alphabet: Buffer, random: () => number): Buffer {
  let bytes = Buffer.from(seed);
  const times = 1 + Math.floor(random() * 3);
  for (let time = 0; time < times; time += 1) {
    const at = Math.floor(random() * bytes.length);
    const letter = alphabet.subarray(Math.floor(random() * alphabet.length)).subarray(0, 1);
    const kept = random() < 0.5 ? at : at + 1;
    if (random() < 0.2) bytes = bytes.subarray(0, at);
    else
      bytes = Buffer.concat([bytes.subarray(0, at), random() < 0.7 ? letter : Buffer.alloc(0), bytes.subarray(kept)]);
  }
  return bytes;
}

/** Random numbers that are the same in each run. */
function mulberry32(seed: number): () => number {
  let state = seed;
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), state | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 4_294_967_296;
  };
}

test.run();
