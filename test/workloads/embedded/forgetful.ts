import { openEmbeddedStore } from '../../../runtime/workloads/embedded/open.ts';
import { submitText } from '../samples.ts';

/* Submits one workload and ends without closing the store. Argument: the state folder. */

const store = await openEmbeddedStore({ stateDir: process.argv[2] ?? '' });
process.stdout.write(`${await submitText(store, 'iris', 'one')}\n`);
