import { mkdir, writeFile } from 'node:fs/promises';
import { homedir } from 'node:os';
import { join } from 'node:path';
import { shellAssignments } from './context.ts';
import type { SecretId } from './dockerfile.ts';
import { firstFile, nameableFile } from './secret-file.ts';

export interface BuildSecrets {
  /** The file that holds each. */
  readonly files: ReadonlyMap<SecretId, string>;
  /** A sentence for each that is not the project's own. */
  readonly notices: readonly string[];
}

/** What tells pip and others where packages come from, and may hold a password. */
const MACHINE_SETTINGS =
  /^(?:PIP_(?:INDEX_URL|EXTRA_INDEX_URL|TRUSTED_HOST|TIMEOUT|RETRIES|PROXY)|(?:https?|no|all)_proxy)$/i;

/** Who names a file of all certificates that are to be trusted. */
const CERTIFICATES = ['PIP_CERT', 'REQUESTS_CA_BUNDLE', 'SSL_CERT_FILE'];

/**
 * Gathers what a build needs and no image may hold: the project's `.env`, and this machine's settings for pip. What is no file of its own goes to
 * `folder`, which nobody else may read.
 */
export async function gatherSecrets(
  root: string,
  folder: string,
  environment: NodeJS.ProcessEnv = process.env,
): Promise<BuildSecrets> {
  await mkdir(folder, { mode: 0o700, recursive: true });
  const files = new Map<SecretId, string>();
  const notices: string[] = [];
  const take = async (id: SecretId, source: string | null): Promise<void> => {
    if (source === null) return;
    files.set(id, await nameableFile(source, join(folder, id)));
    if (id !== 'dotenv') notices.push(`${source} is used for the build, and is not in the image.`);
  };
  const home = environment['HOME'] ?? homedir();
  await take('dotenv', await firstFile([join(root, '.env')]));
  await take('pip.conf', await firstFile(pipSettings(environment, home)));
  await take('netrc', await firstFile([environment['NETRC'] ?? join(home, '.netrc')]));
  await take('ca', await firstFile(CERTIFICATES.map((name) => environment[name]).filter((path) => path !== undefined)));
  const machine = Object.entries(environment).filter(
    (entry): entry is [string, string] => entry[1] !== undefined && MACHINE_SETTINGS.test(entry[0]),
  );
  if (machine.length > 0) {
    const file = join(folder, 'machine');
    await writeFile(file, shellAssignments(Object.fromEntries(machine)), { mode: 0o600 });
    files.set('machine', file);
    notices.push(
      `${machine.map(([name]) => name).join(', ')} of this machine: used for the build, and not in the image.`,
    );
  }
  return { files, notices };
}

function pipSettings(environment: NodeJS.ProcessEnv, home: string): string[] {
  const named = environment['PIP_CONFIG_FILE'];
  if (named !== undefined) return [named];
  return [
    join(environment['XDG_CONFIG_HOME'] ?? join(home, '.config'), 'pip', 'pip.conf'),
    join(home, '.pip', 'pip.conf'),
  ];
}
