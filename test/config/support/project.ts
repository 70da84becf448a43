import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { formatProblem } from '../../../runtime/config/config-problem.ts';
import { type ConfigReading, readConfig } from '../../../runtime/config/load.ts';
import type { VisibleFiles } from '../../../runtime/config/project-view.ts';
import { makeTempDir } from '../../support/temp-dir.ts';

const folder = makeTempDir();

/** The files of the project that the configurations under test belong to. */
export const files: VisibleFiles = {
  files: ['lib/model.py', 'predictor.py', 'requirements.txt', 'setup.sh', 'values.json'].map((path) => ({ path })),
  whyExcluded: (path) => (['secret.py', 'secrets'].includes(path) ? 'line 1 of .cortexignore (secret*)' : null),
};

/** Reads a configuration with this content from a real file, from the folder that `problemLines` leaves out. */
export function read(content: string | Uint8Array): ConfigReading {
  writeFileSync(join(folder, 'cortex.yaml'), content);
  return readConfig(join(folder, 'cortex.yaml'), files);
}

/** The problems as people read them, the file's name without its folder. */
export function problemLines(content: string | Uint8Array): string[] {
  return read(content).problems.map((problem) => formatProblem(problem).replaceAll(`${folder}/`, ''));
}

/** Five lines of a valid API; what `inPredictor` and `after` hold begins at line 6. */
export function api({ type = 'python', inPredictor = [], after = [] }: ApiParts): string {
  const head = ['- name: iris', '  kind: AsyncAPI', '  predictor:', `    type: ${type}`, '    path: predictor.py'];
  return `${[...head, ...inPredictor.map((line) => `    ${line}`), ...after.map((line) => `  ${line}`)].join('\n')}\n`;
}

interface ApiParts {
  readonly type?: string;
  readonly inPredictor?: readonly string[];
  readonly after?: readonly string[];
}
