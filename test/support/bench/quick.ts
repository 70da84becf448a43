/** `BENCH_QUICK=1` shortens every benchmark: enough to see that it works, too short to believe a figure. */
const QUICK = process.env['BENCH_QUICK'] === '1';

/** `full`, or `quick` where the run is to be short. */
export function unlessQuick(full: number, quick: number): number {
  return QUICK ? quick : full;
}
