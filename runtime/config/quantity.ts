const NANO = 1_000_000_000n;
const MAX_DIGITS = 40;
const MAX_EXPONENT = 30;
const suffixes: Readonly<Record<string, readonly [base: bigint, power: number]>> = {
  n: [10n, -9],
  u: [10n, -6],
  m: [10n, -3],
  '': [10n, 0],
  k: [10n, 3],
  K: [10n, 3],
  M: [10n, 6],
  G: [10n, 9],
  T: [10n, 12],
  P: [10n, 15],
  E: [10n, 18],
  Ki: [2n, 10],
  Mi: [2n, 20],
  Gi: [2n, 30],
  Ti: [2n, 40],
  Pi: [2n, 50],
  Ei: [2n, 60],
};

/** A Kubernetes quantity, in billionths, rounded up as Kubernetes does. */
export type Nanos = bigint;

/** `500m`, `1.5`, `20Mi`, `1G`, `2e3`; null when the text is no quantity. */
export function parseQuantity(text: string): Nanos | null {
  const match = /^([+-]?)([0-9]*)(?:\.([0-9]*))?(?:([eE][+-]?[0-9]+)|([A-Za-z]{0,2}))$/.exec(text);
  if (match === null) return null;
  const [, sign = '', whole = '', fraction = '', exponent, suffix = ''] = match;
  if (whole === '' && fraction === '') return null;
  if (whole.length + fraction.length > MAX_DIGITS) return null;
  let base = 10n;
  let power: number;
  if (exponent !== undefined) {
    power = Number(exponent.slice(1));
    if (Math.abs(power) > MAX_EXPONENT) return null;
  } else {
    const unit = Object.hasOwn(suffixes, suffix) ? suffixes[suffix] : undefined;
    if (unit === undefined) return null;
    [base, power] = unit;
  }
  const numerator = BigInt(whole + fraction) * NANO * (power > 0 ? base ** BigInt(power) : 1n);
  const denominator = 10n ** BigInt(fraction.length) * (power < 0 ? base ** BigInt(-power) : 1n);
  const magnitude = divideUp(numerator, denominator);
  return sign === '-' ? -magnitude : magnitude;
}

/** In thousandths of a unit, rounded up: what CPU shares are counted in. */
export function toMillis(quantity: Nanos): number {
  return Number(divideUp(quantity, 1_000_000n));
}

/** In whole units, rounded up: bytes. */
export function toUnits(quantity: Nanos): number {
  return Number(divideUp(quantity, NANO));
}

function divideUp(numerator: bigint, denominator: bigint): bigint {
  const quotient = numerator / denominator;
  return numerator > 0n && numerator % denominator !== 0n ? quotient + 1n : quotient;
}
