import type { PredictResult } from './methods.ts';

/*
 * What answers a `predict`, in the one way in which the host writes it: read here without the parser of JSON, which costs more than the rest of such a
 * message. Whatever is written in another way is left to that parser.
 */

const BEFORE_ID = '{"jsonrpc":"2.0","id":';
const BEFORE_MARKS = ',"result":{"marks":';
const BEFORE_RUN_MS = ',"runMs":';
const END = '}}';
const DECIMALS = 3;
/** Nine digits are read without loss, also a thousand times as much. */
const MAX_DIGITS = 9;

export interface Predicted {
  readonly id: number;
  readonly result: PredictResult;
}

/** The parts of such an answer; null for any other message. */
export function readPredicted(header: string): Predicted | null {
  if (!header.startsWith(BEFORE_ID)) return null;
  const idEnd = digitsEnd(header, BEFORE_ID.length);
  const marksAt = idEnd + BEFORE_MARKS.length;
  if (!header.startsWith(BEFORE_MARKS, idEnd)) return null;
  const marksEnd = digitsEnd(header, marksAt);
  const runMsAt = marksEnd + BEFORE_RUN_MS.length;
  if (!header.startsWith(BEFORE_RUN_MS, marksEnd)) return null;
  const pointAt = digitsEnd(header, runMsAt);
  const decimalsEnd = digitsEnd(header, pointAt + 1);
  if (header[pointAt] !== '.' || decimalsEnd - pointAt - 1 !== DECIMALS) return null;
  if (!header.startsWith(END, decimalsEnd) || header.length !== decimalsEnd + END.length) return null;
  if (!fits(idEnd - BEFORE_ID.length) || !fits(marksEnd - marksAt) || !fits(pointAt - runMsAt)) return null;
  const whole = numberAt(header, runMsAt, pointAt) * 10 ** DECIMALS + numberAt(header, pointAt + 1, decimalsEnd);
  return {
    id: numberAt(header, BEFORE_ID.length, idEnd),
    result: { marks: numberAt(header, marksAt, marksEnd), runMs: whole / 10 ** DECIMALS },
  };
}

function fits(digits: number): boolean {
  return digits > 0 && digits <= MAX_DIGITS;
}

function digitsEnd(text: string, start: number): number {
  let end = start;
  while (isDigit(text.charCodeAt(end))) end += 1;
  return end;
}

function isDigit(code: number): boolean {
  return code >= 0x30 && code <= 0x39;
}

function numberAt(text: string, start: number, end: number): number {
  let value = 0;
  for (let at = start; at < end; at += 1) value = value * 10 + (text.charCodeAt(at) - 0x30);
  return value;
}
