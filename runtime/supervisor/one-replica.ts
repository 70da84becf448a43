import type { Project } from './project.ts';

/** The project as one container serves it: each is one replica, and how many of them there are is for whoever starts containers. */
export function asOneReplica(project: Project): Project {
  const one = { minReplicas: 1, initReplicas: 1, maxReplicas: 1 };
  const specs = project.specs.map((spec) => ({ ...spec, autoscaling: { ...spec.autoscaling, ...one } }));
  return { ...project, specs };
}
