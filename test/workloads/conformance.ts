import { suite } from 'uvu';
import type { WorkloadStore } from '../../runtime/workloads/store.ts';
import { conformsInBodies } from './conformance/bodies.ts';
import { conformsInCarriage } from './conformance/carriage.ts';
import { conformsInEnds } from './conformance/ends.ts';
import { conformsInLeases } from './conformance/leases.ts';
import { conformsInSubmissions } from './conformance/submissions.ts';

/** What the suite needs of a driver: a store of its own for each test, empty at first, closed and removed by whoever made it. */
export type WithStore = (act: (store: WorkloadStore) => Promise<void>) => Promise<void>;
/** Registers one test. */
export type Check = (title: string, act: (store: WorkloadStore) => Promise<void>) => void;

/** The obligations of every driver of WorkloadStore. The same suite runs against each of them. */
export function conformance(driver: string, withStore: WithStore): void {
  const tests = suite(`${driver} store`);
  const check: Check = (title, act) => {
    tests(title, () => withStore(act));
  };
  conformsInSubmissions(check);
  conformsInLeases(check);
  conformsInEnds(check);
  conformsInBodies(check);
  conformsInCarriage(check);
  tests.run();
}
