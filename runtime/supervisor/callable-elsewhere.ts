import type { ApiSpec } from '../config/spec.ts';
import type { Project } from './project.ts';

/**
 * The APIs of the configuration file that other hosts run, and that predictors here can call all the same where all share a Redis. Between containers the
 * network knows who serves them: there Pons gives out no names.
 */
export function callableElsewhere({ specs, siblings }: Project, inContainer: boolean): readonly ApiSpec[] {
  if (inContainer) return [];
  const here = new Set(specs.map(({ name }) => name));
  return siblings.filter(({ name }) => !here.has(name));
}
