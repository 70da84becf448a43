import { createHash } from 'node:crypto';
import { KnownError } from '../../errors/known-error.ts';
import { findOnPath } from '../../processes/find-on-path.ts';
import { runChild, type ChildOptions } from './child.ts';

// Node's pipes are sockets, which `echo x > /dev/stderr` cannot open; through `cat` the script has a real one.
const ON_A_REAL_PIPE = 'exec > >(exec cat) 2>&1; exec "$BASH" -e "$0"';

/**
 * Runs a script that changes the machine, or only says that it is there. APIs of one deployment that share script and environment run it
 * once, and it is said once for all that share the script.
 * Fails with `PONS_ERR_PROJECT_DEPENDENCIES_SH_FAILED` or `_BASH_MISSING`.
 */
export async function dependenciesSh(path: string, run: boolean, options: ChildOptions): Promise<void> {
  const environment = run ? JSON.stringify(Object.entries(options.environment).sort()) : '';
  const key = createHash('sha256')
    .update(JSON.stringify([options.cwd, path, run, environment]))
    .digest('hex');
  await options.preparation.once(key, async () => {
    if (run) await runScript(path, options);
    else options.say(`${path} was not run, since it changes the machine; --run-dependencies-sh runs it.`);
  });
}

async function runScript(path: string, options: ChildOptions): Promise<void> {
  const bash = await findOnPath('bash', process.env['PATH']);
  if (bash === null) throw KnownError.of('PONS_ERR_PROJECT_BASH_MISSING', { needed: `run ${path}` });
  options.say(`Running ${path}`);
  const { ok, outcome, lastLines } = await runChild(bash, ['-c', ON_A_REAL_PIPE, path], options);
  if (!ok) throw KnownError.of('PONS_ERR_PROJECT_DEPENDENCIES_SH_FAILED', { path, outcome, lastLines });
}
