import { execFileSync } from 'node:child_process';
import { fileURLToPath } from 'node:url';

const PYTHON_END = fileURLToPath(new URL('../../../bridge/python', import.meta.url));
const SCRIPT = `
import importlib, json, sys
sys.dont_write_bytecode = True
module = vars(importlib.import_module('predictor_host.' + sys.argv[1]))
print(json.dumps({name: value for name, value in module.items() if name.isupper() and isinstance(value, (int, str))}))
`;

/** The constants of a module of the Python end, by name and in its order, as Python itself gives them. */
export function pythonConstants(module: string): Record<string, number | string> {
  const output = execFileSync('python3', ['-c', SCRIPT, module], { cwd: PYTHON_END, encoding: 'utf8' });
  const constants = JSON.parse(output) as Record<string, number | string>;
  delete constants['TYPE_CHECKING'];
  return constants;
}

/** The types of tensors that the Python end knows. */
export function elementsInPython(): string[] {
  const script = 'import json; from predictor_host.clients.element import ELEMENTS; print(json.dumps(list(ELEMENTS)))';
  const output = execFileSync('python3', ['-B', '-c', script], { cwd: PYTHON_END, encoding: 'utf8' });
  return JSON.parse(output) as string[];
}
