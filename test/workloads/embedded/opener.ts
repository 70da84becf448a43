import { isKnownError } from '../../../runtime/errors/known-error.ts';
import { openEmbeddedStore } from '../../../runtime/workloads/embedded/open.ts';

/* Tries to open a store and says what came of it. Argument: the state folder. */

try {
  const store = await openEmbeddedStore({ stateDir: process.argv[2] ?? '' });
  await store.close();
  process.stdout.write('opened\n');
} catch (error) {
  process.stdout.write(isKnownError(error) ? `${error.code} ${error.message}\n` : `${String(error)}\n`);
}
