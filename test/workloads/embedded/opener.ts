import { isKnownError } from '../../../runtime/errors/known-error.ts';
import { openEmbeddedStore } from '../../../runtime/workloads/embedded/open.ts';

/*
 * Tries to open a store and says what came of it. Arguments: the state folder, and `nobody` where this root user shall try it as `nobody`:
 * only once all code is loaded, since `nobody` may not be able to read the folder that the tests lie in.
 */

const NOBODY = 65_534;
if (process.argv[3] === 'nobody') {
  process.setgroups?.([]);
  process.setgid?.(NOBODY);
  process.setuid?.(NOBODY);
}
try {
  const store = await openEmbeddedStore({ stateDir: process.argv[2] ?? '' });
  await store.close();
  process.stdout.write('opened\n');
} catch (error) {
  process.stdout.write(isKnownError(error) ? `${error.code} ${error.message}\n` : `${String(error)}\n`);
}
