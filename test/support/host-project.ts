import { mkdirSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import type { InitializeParams } from '../../bridge/node/methods.ts';
import { makeTempDir } from './temp-dir.ts';

/** The token of the marks that a test's host writes. */
export const MARK_TOKEN = 'abcDEF123';

/** Makes a project folder of the given files by path; a string stands for `predictor.py` alone. */
export function makeHostProject(files: string | Readonly<Record<string, string>>): string {
  const folder = makeTempDir();
  const all = typeof files === 'string' ? { 'predictor.py': files } : files;
  for (const [path, text] of Object.entries(all)) {
    mkdirSync(dirname(join(folder, path)), { recursive: true });
    writeFileSync(join(folder, path), text);
  }
  return folder;
}

/** Parameters of `initialize` for a project with one thread and generous limits. */
export function defaultParams(projectDir: string): InitializeParams {
  return {
    protocolVersion: 1,
    mode: 'serve',
    projectDir,
    predictorType: 'python',
    path: 'predictor.py',
    pythonPath: projectDir,
    threads: 1,
    logLevel: 'info',
    labels: { apiName: 'iris', apiKind: 'AsyncAPI', apiID: 'iris-1', replica: 'r1', mark: MARK_TOKEN },
    limits: { resultBytes: 100 * 1024 * 1024, logLineBytes: 5 * 1024 * 1024 },
    chaining: null,
  };
}
