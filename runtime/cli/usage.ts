import { existsSync } from 'node:fs';
import type { CommanderError } from 'commander';
import { KnownError } from '../errors/known-error.ts';

/** What is wrong with a command line, as an error of the table. */
export function explainUsage(error: CommanderError): KnownError {
  const text = error.message.replace(/^error: /, '');
  return KnownError.of('PONS_ERR_CLI_USAGE', { text: `${text}${hintFor(text)}` }, error);
}

/** Whoever names a project where a command belongs most likely wants to serve it. */
function hintFor(text: string): string {
  const path = /^unknown command '(.+)'/.exec(text)?.[1];
  return path !== undefined && existsSync(path) ? `\n(Did you mean pons serve ${path}?)` : '';
}
