import type { KnownError } from '../errors/known-error.ts';
import type { WorkloadStore } from './store.ts';

/** Why a store would refuse what is new, or what is new of one of these APIs; null where it takes it of all. What is amiss with other APIs does not count. */
export async function refusalOfAny(
  store: Pick<WorkloadStore, 'refusal'>,
  apis: readonly string[],
): Promise<KnownError | null> {
  const all = await store.refusal();
  if (all !== null) return all;
  for (const api of apis) {
    const refusal = await store.refusal(api);
    if (refusal !== null) return refusal;
  }
  return null;
}
