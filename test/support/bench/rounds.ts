type Contenders = Readonly<Record<string, () => Promise<unknown>>>;
type Shown<C extends Contenders> = { readonly [Name in keyof C]: Awaited<ReturnType<C[Name]>>[] };

/** Measures each of the contenders once a round, one after the other, so that all of them meet the same machine; keeps what each showed. */
export async function alternate<C extends Contenders>(rounds: number, contenders: C): Promise<Shown<C>> {
  const shown = Object.fromEntries(Object.keys(contenders).map((name) => [name, [] as unknown[]]));
  for (let round = 0; round < rounds; round += 1) {
    for (const [name, measure] of Object.entries(contenders)) shown[name]?.push(await measure());
  }
  return shown as Shown<C>;
}

/** The middle one of the values; the upper of two. */
export function median(values: readonly number[]): number {
  return [...values].sort((a, b) => a - b)[Math.floor(values.length / 2)] ?? Number.NaN;
}

/** The value that a quarter of them is below: what others on the machine take only adds, and adds more to what takes two processes than to what takes one. */
export function lowerQuartile(values: readonly number[]): number {
  return [...values].sort((a, b) => a - b)[Math.floor(values.length / 4)] ?? Number.NaN;
}

/** The median of the ratios within each round: what slowed a whole round down is not in it. */
export function medianRatio(ours: readonly number[], peers: readonly number[]): number {
  return median(ours.map((value, round) => value / (peers[round] ?? Number.NaN)));
}
