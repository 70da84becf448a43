import type { ComputeSpec } from '../../config/spec.ts';

/** What the usual numeric libraries take the number of their threads from. */
const OMP = 'OMP_NUM_THREADS';
/** These follow `OMP_NUM_THREADS` where their own variable is not set. Source: the manuals of OpenBLAS, MKL, BLIS and NumExpr */
const FOLLOWERS = ['OPENBLAS_NUM_THREADS', 'MKL_NUM_THREADS', 'BLIS_NUM_THREADS', 'NUMEXPR_NUM_THREADS'] as const;
const OTHERS = [
  'VECLIB_MAXIMUM_THREADS',
  'NUMBA_NUM_THREADS',
  'RAYON_NUM_THREADS',
  'POLARS_MAX_THREADS',
  'TF_NUM_INTRAOP_THREADS',
  'TF_NUM_INTEROP_THREADS',
] as const;

/**
 * The thread variables for one process of a replica, whose processes share its `compute.cpu`: rounded up, at least 1, and none that `environment`
 * has already. Empty where the file does not name `compute.cpu`: its default never was a limit, and most machines have more.
 */
export function threadVariables(
  { cpuMillis, cpuWritten }: ComputeSpec,
  processesPerReplica: number,
  environment: Readonly<Record<string, string>>,
): Record<string, string> {
  if (!cpuWritten) return {};
  const threads = String(Math.ceil(cpuMillis / 1000 / processesPerReplica));
  // Whoever set that one meant its followers too, and theirs would win over it.
  const ours = Object.hasOwn(environment, OMP) ? OTHERS : [OMP, ...FOLLOWERS, ...OTHERS];
  return Object.fromEntries(ours.filter((name) => !Object.hasOwn(environment, name)).map((name) => [name, threads]));
}
