import { openEmbeddedStore } from '../../../runtime/workloads/embedded/open.ts';

/* Leases all of the API "iris", says how many, and holds on until it is killed. Argument: the state folder. */

const store = await openEmbeddedStore({ stateDir: process.argv[2] ?? '' });
const { leases } = await store.lease('iris', 1000);
process.stdout.write(`${leases.length}\n`);
setInterval(() => undefined, 1000);
