/** What was last read of a number. */
export type NumberState = 'begin' | 'minus' | 'zero' | 'digits' | 'point' | 'fraction' | 'e' | 'sign' | 'exponent';

/** What may follow each; `0` and `1` stand for a zero and for another digit. Source: RFC 8259, 6 */
const STEPS: Readonly<Record<NumberState, Readonly<Record<string, NumberState>>>> = {
  begin: { '-': 'minus', 0: 'zero', 1: 'digits' },
  minus: { 0: 'zero', 1: 'digits' },
  zero: { '.': 'point', e: 'e' },
  digits: { 0: 'digits', 1: 'digits', '.': 'point', e: 'e' },
  point: { 0: 'fraction', 1: 'fraction' },
  fraction: { 0: 'fraction', 1: 'fraction', e: 'e' },
  e: { 0: 'exponent', 1: 'exponent', '-': 'sign', '+': 'sign' },
  sign: { 0: 'exponent', 1: 'exponent' },
  exponent: { 0: 'exponent', 1: 'exponent' },
};
const ENDS: ReadonlySet<string> = new Set(['zero', 'digits', 'fraction', 'exponent']);

/** The state after one more byte; null where that belongs to no number. */
export function jsonNumberStep(state: NumberState, byte: number): NumberState | null {
  return STEPS[state][symbolOf(byte)] ?? null;
}

export function mayNumberEnd(state: string): boolean {
  return ENDS.has(state);
}

function symbolOf(byte: number): string {
  if (byte === 0x30) return '0';
  if (byte > 0x30 && byte <= 0x39) return '1';
  return String.fromCharCode(byte).toLowerCase();
}
