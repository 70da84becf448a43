import { mkdirSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { makeTempDir } from './temp-dir.ts';

/** Writes a project of these files (path to content) into a folder of its own, which is removed after the tests. */
export function makeProject(files: Readonly<Record<string, string>>): string {
  const root = makeTempDir();
  for (const [path, content] of Object.entries(files)) {
    mkdirSync(dirname(join(root, path)), { recursive: true });
    writeFileSync(join(root, path), content);
  }
  return root;
}

/** A cortex.yaml with one python API `api` in `predictor.py`; `further` are further lines below `predictor:`. */
export function oneApi(further: readonly string[] = []): string {
  const lines = ['- name: api', '  kind: AsyncAPI', '  predictor:', '    type: python', '    path: predictor.py'];
  return [...lines, ...further.map((line) => `    ${line}`), ''].join('\n');
}

/** A PythonPredictor whose `predict(self, payload, request_id)` has this body. */
export function predicting(body: string, before = ''): string {
  const indented = body.trim().split('\n').join('\n        ');
  return `${before}\nclass PythonPredictor:\n    def __init__(self, config):\n        self.config = config\n\n    def predict(self, payload, request_id):\n        ${indented}\n`;
}
