import { KnownError } from '../../errors/known-error.ts';
import type { ModelVersion } from '../model-version.ts';
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

/** What the log says of a problem that came up while the models are served: what is wrong, and what becomes of the versions that it concerns. */
export function describeProblem(sight: Sight, gone: readonly Named[], served: readonly Named[]): string {
  const { problem } = sight;
  if (problem === null) return '';
  const wrong = problemsError([problem], [])?.message ?? '';
  const isOfModel = ({ name }: Named): boolean => sight.name === '' || sight.name === name;
  const isMeant = (one: Named): boolean => isOfModel(one) && (sight.version === null || sight.version === one.version);
  if (gone.some(isMeant)) return `${wrong}\nWhat was loaded from there is released.`;
  return served.some(isOfModel) ? `${wrong}\nWhat was there before stays.` : wrong;
}
