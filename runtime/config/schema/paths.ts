import { extname } from 'node:path';
import { quote } from '../yaml/located-node.ts';
import { parseProjectPath } from '../project-view.ts';
import { type Field, INVALID, type Reading, reportInvalid, reportNotString } from './field.ts';
import { scalarField } from './scalars.ts';
import type { DependencyFile } from '../spec.ts';

/** A path within the project that `check` finds nothing wrong with: it gives the rest of the sentence, or null. */
function pathField<T>(
  expects: string,
  standIn: T,
  options: { readonly fallback?: T; readonly actedOn: boolean },
  check: (path: string, reading: Reading) => string | null,
  finish: (path: string) => T,
): Field<T> {
  return scalarField(expects, standIn, options, (node, path, reading) => {
    if (node.kind !== 'scalar' || typeof node.value !== 'string') return reportNotString(node, path, expects, reading);
    const parsed = parseProjectPath(node.value);
    const problem = 'problem' in parsed ? parsed.problem : check(parsed.path, reading);
    if (problem === null && 'path' in parsed) return finish(parsed.path);
    reading.report(node.at, path, `${quote(node.value)} ${problem ?? ''}`);
    return INVALID;
  });
}

/** `predictor.path`. */
export function pythonFile(): Field<string> {
  const expects = 'the path of a .py file, relative to the project root';
  return pathField(
    expects,
    '',
    { actedOn: true },
    (path, { project }) => {
      if (project.hasFile(path)) return path.endsWith('.py') ? null : `does not end in .py; it must be ${expects}`;
      if (!path.endsWith('.py') && !project.hasFolder(path) && project.hasFile(`${path}.py`)) {
        return `does not exist; did you mean "${path}.py"?`;
      }
      return project.explainNoFile(path, '.py');
    },
    (path) => path,
  );
}

/** `predictor.python_path`. */
export function importFolder(): Field<string | null> {
  const expects = 'the path of a folder below the project root';
  return pathField<string | null>(
    expects,
    null,
    { fallback: null, actedOn: true },
    (path, { project }) => {
      if (path === '.') return `is the project root, which is the default; remove the line, or name a folder below it`;
      return project.hasFolder(path) ? null : project.explainNoFolder(path);
    },
    (path) => path,
  );
}

/** A file of `predictor.dependencies`: named, it must exist. */
export function dependencyFile(byDefault: string): Field<DependencyFile> {
  const fallback: DependencyFile = { path: byDefault, named: false };
  return pathField(
    `the path of a file such as ${byDefault}, relative to the project root`,
    fallback,
    { fallback, actedOn: true },
    (path, { project }) => (project.hasFile(path) ? null : project.explainNoFile(path, extname(byDefault), byDefault)),
    (path) => ({ path, named: true }),
  );
}

const modelPlace = 's3://bucket/prefix/, or a path relative to the project root';

/** Where models lie: on S3, or a path within the project that need not exist yet. */
export function modelLocation(required: boolean): Field<string> {
  const options = required ? { actedOn: true } : { fallback: '', actedOn: true };
  return scalarField(modelPlace, '', options, (node, path, reading) => {
    if (node.kind !== 'scalar' || typeof node.value !== 'string') {
      return reportNotString(node, path, modelPlace, reading);
    }
    if (/^[A-Za-z][A-Za-z0-9+.-]*:\/\//.test(node.value)) {
      const isS3 = /^s3:\/\/[a-z0-9][a-z0-9.-]{1,61}[a-z0-9](\/[^\0]*)?$/.test(node.value);
      return isS3 ? node.value : reportInvalid(node, path, modelPlace, reading);
    }
    const parsed = parseProjectPath(node.value);
    if ('path' in parsed) return parsed.path;
    reading.report(node.at, path, `${quote(node.value)} ${parsed.problem}, or s3://bucket/prefix/`);
    return INVALID;
  });
}
