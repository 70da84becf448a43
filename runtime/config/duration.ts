/** Nanoseconds of each unit that Go knows. */
const units: Readonly<Record<string, bigint>> = {
  ns: 1n,
  us: 1_000n,
  '\u00b5s': 1_000n,
  '\u03bcs': 1_000n,
  ms: 1_000_000n,
  s: 1_000_000_000n,
  m: 60_000_000_000n,
  h: 3_600_000_000_000n,
};
/** A timer that is to run for more than 2^31 - 1 ms, which is 596 hours and a half, lapses at once. */
export const LONGEST_WAIT_HOURS = 596;
export const LONGEST_WAIT_NANOS = BigInt(LONGEST_WAIT_HOURS) * 3_600_000_000_000n;
/** Go keeps a duration in 63 bits. */
const MAX_NANOS = 2n ** 63n - 1n;

/** A Go duration (`90s`, `1m30s`, `1.5h`, `-2ms`, `0`) in nanoseconds; null when the text is none, or one above 292 years. */
export function parseDuration(text: string): bigint | null {
  const [, sign = '', body = ''] = /^([-+]?)(.*)$/s.exec(text) ?? [];
  if (body === '0') return 0n;
  if (body === '' || body.length > 200) return null;
  let total = 0n;
  let rest = body;
  while (rest !== '') {
    const match = /^([0-9]*)(?:\.([0-9]*))?([^0-9.]+)/.exec(rest);
    if (match === null) return null;
    const [all, whole = '', fraction = '', unit = ''] = match;
    const scale = Object.hasOwn(units, unit) ? units[unit] : undefined;
    if (scale === undefined || (whole === '' && fraction === '')) return null;
    total += (BigInt(whole + fraction) * scale) / 10n ** BigInt(fraction.length);
    rest = rest.slice(all.length);
  }
  if (total > MAX_NANOS) return null;
  return sign === '-' ? -total : total;
}

/** Nanoseconds as milliseconds; below a millisecond it has a fraction. */
export function nanosToMs(nanos: bigint): number {
  return Number(nanos) / 1_000_000;
}
