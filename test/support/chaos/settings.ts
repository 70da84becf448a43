/** What the random numbers of a run begin with. A failed run prints its own, to be given in `CHAOS_SEED`: the same deeds, if not to the ms. */
export const CHAOS_SEED = Number(process.env['CHAOS_SEED'] ?? Math.floor(Math.random() * 1_000_000));
/** How long there is killing. A soak gives more in `CHAOS_SECONDS`. */
export const CHAOS_SECONDS = Number(process.env['CHAOS_SECONDS'] ?? 35);
/** How many workloads; a soak has as many in the same time unless it says otherwise. */
export const CHAOS_WORKLOADS = Number(process.env['CHAOS_WORKLOADS'] ?? Math.max(5000, CHAOS_SECONDS * 125));
/** Where the log and the journal of the run go when it is over; null where nobody wants them. */
export const CHAOS_NOTES = process.env['CHAOS_NOTES'] ?? null;
