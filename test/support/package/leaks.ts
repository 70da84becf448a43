import { execFileSync } from 'node:child_process';
import { join } from 'node:path';
import { ROOT } from '../containers/images.ts';
import { makeProject } from '../project.ts';

/** Prints as JSON what is found in the changed files, told by its arguments: folders of the program, of the files and of the secrets, and JSON. */
export const LEAKS_PROGRAM = `
import json, sys
sys.path.insert(0, sys.argv[1])
import leaks
from secret_values import secret_values
paths = json.loads(sys.argv[4])
leaks.PROJECT, leaks.GIVEN = sys.argv[2] + "/project", sys.argv[2] + "/given"
secrets = secret_values(sys.argv[3], json.loads(sys.argv[5]), json.loads(sys.argv[6]))
found = leaks.find_leaks([sys.argv[2] + "/" + path for path in paths], secrets)
print(json.dumps([[path[len(sys.argv[2]) + 1:], name] for path, name in found]))
`;

interface LeaksCase {
  readonly secrets?: Readonly<Record<string, string>>;
  readonly files: Readonly<Record<string, string>>;
  /** What `.env` has set. */
  readonly dotenv?: Readonly<Record<string, string>>;
  readonly notSecret?: readonly string[];
}

/** The files that hold a secret, each with its name. */
export function leaksIn({ secrets = {}, files, dotenv = {}, notSecret = [] }: LeaksCase): [string, string][] {
  const changed = JSON.stringify(Object.keys(files).filter((path) => !path.startsWith('given/')));
  const folders = [join(ROOT, 'runtime/package/layer'), makeProject(files), makeProject(secrets)];
  const args = ['-B', '-c', LEAKS_PROGRAM, ...folders, changed, JSON.stringify(dotenv), JSON.stringify(notSecret)];
  return JSON.parse(execFileSync('python3', args, { encoding: 'utf8' })) as [string, string][];
}
