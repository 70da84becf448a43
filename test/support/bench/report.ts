import { availableParallelism, loadavg } from 'node:os';

/** What a figure should be; it is shown and nothing fails on it, since the machine is shared. */
export type Target = { readonly atLeast: number } | { readonly atMost: number };

export interface Line {
  readonly title: string;
  /** The absolute figure with its unit, which holds for this machine and minute only. */
  readonly shown: string;
  /** What it is beside the peer's, `peer` being named as in `ratio to PEER`. */
  readonly ratio?: { readonly value: number; readonly peer: string; readonly target?: Target };
  /** Of the absolute figure, in its unit. */
  readonly target?: Target & { readonly value: number; readonly unit: string };
}

export function printHeading(title: string): void {
  const load = (loadavg()[0] ?? 0).toFixed(1);
  process.stdout.write(`${title} (${availableParallelism()} cores, load ${load} before)\n`);
}

/** `  submit to completed      4321/s   ratio to the FastAPI no-op 0.74 (at least 0.70: met)` */
export function printLine({ title, shown, ratio, target }: Line): void {
  const beside = target === undefined ? '' : wish(target, target.value, ` ${target.unit}`);
  const compared =
    ratio === undefined
      ? ''
      : `   ratio to ${ratio.peer} ${ratio.value.toFixed(2)}${wish(ratio.target, ratio.value, '', 2)}`;
  process.stdout.write(`  ${title.padEnd(44)} ${`${shown}${beside}`.padStart(12)}${compared}\n`);
}

/** Says why a figure is missing. */
export function printMissing(title: string, why: string): void {
  process.stdout.write(`  ${title.padEnd(44)} not measured: ${why}\n`);
}

export function perSecond(rate: number): string {
  return `${rate.toFixed(0)}/s`;
}

/** What a figure should be, and whether it is. */
function wish(target: Target | undefined, value: number, unit: string, digits?: number): string {
  if (target === undefined) return '';
  const [words, limit] = 'atLeast' in target ? ['at least', target.atLeast] : ['at most', target.atMost];
  const isMet = 'atLeast' in target ? value >= limit : value <= limit;
  const shown = digits === undefined ? String(limit) : limit.toFixed(digits);
  return ` (${words} ${shown}${unit}: ${isMet ? 'met' : 'MISSED'})`;
}
