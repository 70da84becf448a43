import { endOfNumber, endOfString, JsonProblem, literalAt } from './json-tokens.ts';

const QUOTE = 0x22;
const COMMA = 0x2c;
const COLON = 0x3a;
const OPEN_ARRAY = 0x5b;
const CLOSE_ARRAY = 0x5d;
const OPEN_OBJECT = 0x7b;
const CLOSE_OBJECT = 0x7d;

/**
 * Finds what Python's json module would refuse in a text, given as code points; null when it is fine. Without recursion, so that
 * no depth of nesting can exhaust the stack. Source: `Modules/_json.c` of CPython 3.11.
 */
export function scanJson(points: Uint32Array): JsonProblem | null {
  try {
    assertJson(points);
    return null;
  } catch (error) {
    if (error instanceof JsonProblem) return error;
    throw error;
  }
}

function assertJson(points: Uint32Array): void {
  const closers: number[] = [];
  let at = skipSpace(points, 0);
  for (;;) {
    const opener = points[at];
    if (opener === OPEN_ARRAY || opener === OPEN_OBJECT) {
      const closer = opener === OPEN_ARRAY ? CLOSE_ARRAY : CLOSE_OBJECT;
      at = skipSpace(points, at + 1);
      if (points[at] !== closer) {
        closers.push(closer);
        if (closer === CLOSE_OBJECT) at = afterKey(points, at);
        continue;
      }
      at += 1;
    } else {
      at = endOfScalar(points, at);
    }

    let closer = closers.at(-1);
    at = skipSpace(points, at);
    while (closer !== undefined && points[at] === closer) {
      closers.pop();
      closer = closers.at(-1);
      at = skipSpace(points, at + 1);
    }
    if (closer === undefined) break;
    if (points[at] !== COMMA) throw new JsonProblem("Expecting ',' delimiter", at);
    at = skipSpace(points, at + 1);
    if (closer === CLOSE_OBJECT) at = afterKey(points, at);
  }
  if (at !== points.length) throw new JsonProblem('Extra data', at);
}

/** From the quote of a key to the value behind its colon. */
function afterKey(points: Uint32Array, at: number): number {
  if (points[at] !== QUOTE) throw new JsonProblem('Expecting property name enclosed in double quotes', at);
  const colon = skipSpace(points, endOfString(points, at));
  if (points[colon] !== COLON) throw new JsonProblem("Expecting ':' delimiter", colon);
  return skipSpace(points, colon + 1);
}

function endOfScalar(points: Uint32Array, at: number): number {
  if (points[at] === QUOTE) return endOfString(points, at);
  const literal = literalAt(points, at);
  return literal === undefined ? endOfNumber(points, at) : at + literal.length;
}

function skipSpace(points: Uint32Array, from: number): number {
  let at = from;
  for (;;) {
    const point = points[at];
    if (point !== 0x20 && point !== 0x0a && point !== 0x0d && point !== 0x09) return at;
    at += 1;
  }
}
