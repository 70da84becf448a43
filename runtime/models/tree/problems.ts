import { KnownError } from '../../errors/known-error.ts';
import type { Sight, SightProblem } from './sight.ts';

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

/** What the log says of a problem that came up while the models are served. */
export function describeProblem({ problem }: Sight): string {
  return problem === null ? '' : (problemsError([problem], [])?.message ?? '');
}
