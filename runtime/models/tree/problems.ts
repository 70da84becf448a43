import { KnownError } from '../../errors/known-error.ts';
import { listed } from '../listed.ts';
import { compareVersions, type ModelVersion } from '../model-version.ts';
import type { Sight, SightProblem } from './sight.ts';

type Named = Pick<ModelVersion, 'name' | 'version'>;

/** One error for all that is wrong at a look: the problem's own where there is one, or where all are of layout. */
export function problemsError(problems: readonly SightProblem[], failures: readonly KnownError[]): KnownError | null {
  const layouts = problems.flatMap((problem) => (problem.kind === 'layout' ? [problem.facts] : []));
  const missing = problems.filter((problem) => problem.kind === 'missing');
  const errors = [
    ...failures,
    ...missing.map(({ subject, where }) => KnownError.of('PONS_ERR_MODELS_NOT_FOUND', { subject, where })),
    ...(layouts.length > 0 ? [KnownError.of('PONS_ERR_MODELS_LAYOUT', { models: layouts })] : []),
  ];
  const [first, ...others] = errors;
  if (first === undefined || others.length === 0) return first ?? null;
  const told = errors.map(({ code, message }) => ({ code, message }));
  return KnownError.of('PONS_ERR_MODELS_SEVERAL', { problems: told }, first);
}

/** What the log says of a problem that came up while the models are served: what is wrong, what becomes of the versions that it concerns, and what to do. */
export function describeProblem(sight: Sight, gone: readonly Named[], served: readonly Named[]): string {
  return described(sight, fateOf(sight, gone, served));
}

/** What the log says of a version with a problem that a start does without, before any other of its model is loaded. */
export function describeAtStart(sight: Sight): string {
  return described(sight, 'The model is served without it.');
}

function described({ problem }: Sight, fate: string | null): string {
  const error = problem === null ? null : problemsError([problem], []);
  if (error === null) return '';
  return [error.message, ...(fate === null ? [] : [fate]), `  ${error.fix} [${error.code}]`].join('\n');
}

function fateOf(sight: Sight, gone: readonly Named[], served: readonly Named[]): string | null {
  const isOfModel = ({ name }: Named): boolean => sight.name === '' || sight.name === name;
  const isMeant = (one: Named): boolean => isOfModel(one) && (sight.version === null || sight.version === one.version);
  if (gone.some(isMeant)) return 'What was loaded from there is released.';
  const meant = served.filter(isMeant);
  // A version that is wrong from its beginning is served by none, and the others of its model are.
  const staying = meant.length > 0 ? meant : served.filter(isOfModel);
  if (staying.length === 0) return null;
  const isOne = sight.name !== '';
  const names = isOne
    ? staying.map(({ version }) => version).sort(compareVersions)
    : [...new Set(staying.map(({ name }) => `"${name}"`))].sort();
  const [what, rest] = names.length === 1 ? ['', 'goes on serving as it was'] : ['s', 'go on serving as they were'];
  return `${isOne ? 'Version' : 'The model'}${what} ${listed(names)} ${rest}.`;
}
