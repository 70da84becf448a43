/** What is wrong with a JSON text: Python's words, and the position in code points. */
export class JsonProblem extends Error {
  readonly position: number;

  constructor(words: string, position: number) {
    super(words);
    this.position = position;
  }
}

const QUOTE = 0x22;
const BACKSLASH = 0x5c;
const LETTER_U = 0x75;
const ESCAPES = new Set(Array.from('"\\/bfnrt', (letter) => letter.charCodeAt(0)));
const LITERALS = ['null', 'true', 'false', 'NaN', 'Infinity', '-Infinity'];

/** The literal that begins at `at`, if one does; Python's json knows three more than JSON. */
export function literalAt(points: Uint32Array, at: number): string | undefined {
  return LITERALS.find((literal) => {
    for (let offset = 0; offset < literal.length; offset += 1) {
      if (points[at + offset] !== literal.charCodeAt(offset)) return false;
    }
    return true;
  });
}

/** The position behind the string whose quote is at `begin`. */
export function endOfString(points: Uint32Array, begin: number): number {
  let at = begin + 1;
  for (;;) {
    const point = points[at];
    if (point === undefined) throw new JsonProblem('Unterminated string starting at', begin);
    if (point === QUOTE) return at + 1;
    if (point <= 0x1f) throw new JsonProblem('Invalid control character at', at);
    at = point === BACKSLASH ? endOfEscape(points, at, begin) : at + 1;
  }
}

function endOfEscape(points: Uint32Array, at: number, begin: number): number {
  const letter = points[at + 1];
  if (letter === undefined) throw new JsonProblem('Unterminated string starting at', begin);
  if (ESCAPES.has(letter)) return at + 2;
  if (letter !== LETTER_U) throw new JsonProblem('Invalid \\escape', at);
  const end = at + 6;
  // Python wants one more character behind the digits, since a quote has to follow.
  if (end >= points.length) throw new JsonProblem('Invalid \\uXXXX escape', at + 1);
  for (let digit = at + 2; digit < end; digit += 1) {
    if (!isHexDigit(points[digit])) throw new JsonProblem('Invalid \\uXXXX escape', at + 1);
  }
  return end;
}

/** The position behind the number at `begin`. */
export function endOfNumber(points: Uint32Array, begin: number): number {
  let at = points[begin] === 0x2d ? begin + 1 : begin;
  if (!isDigit(points[at])) throw new JsonProblem('Expecting value', begin);
  at = points[at] === 0x30 ? at + 1 : endOfDigits(points, at);
  if (points[at] === 0x2e && isDigit(points[at + 1])) at = endOfDigits(points, at + 1);
  if (points[at] === 0x65 || points[at] === 0x45) {
    const sign = points[at + 1];
    const digits = sign === 0x2b || sign === 0x2d ? at + 2 : at + 1;
    if (isDigit(points[digits])) at = endOfDigits(points, digits);
  }
  return at;
}

function endOfDigits(points: Uint32Array, from: number): number {
  let at = from;
  while (isDigit(points[at])) at += 1;
  return at;
}

function isDigit(point: number | undefined): boolean {
  return point !== undefined && point >= 0x30 && point <= 0x39;
}

function isHexDigit(point: number | undefined): boolean {
  return isDigit(point) || (point !== undefined && (point | 0x20) >= 0x61 && (point | 0x20) <= 0x66);
}
