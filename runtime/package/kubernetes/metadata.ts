import { fingerprintOf } from '../exported/fingerprint.ts';
import type { ExportPlan } from '../exported/plan.ts';

/** The label of every object that says which project it is of. */
export const PROJECT_LABEL = 'app.kubernetes.io/instance';

/** What tells the objects of one part of a project from all others: the gateway, or one API. */
export function selectorOf({ label }: ExportPlan, component: string): Record<string, string> {
  return { ...projectSelector(label), 'app.kubernetes.io/component': component };
}

/** What tells the objects of a project from all others. */
export function projectSelector(label: string): Record<string, string> {
  return { 'app.kubernetes.io/name': 'pons', [PROJECT_LABEL]: label };
}

/** The metadata of an object; its labels are its selector, so that all of a part are found by one. */
export function metadataOf(plan: ExportPlan, name: string, component: string): object {
  return { name, labels: selectorOf(plan, component) };
}

/** The annotations of pods whose program reads a ConfigMap with this text only when it starts: a changed one takes new pods. */
export function configuredBy(text: string): Record<string, string> {
  return { 'pons/configuration': fingerprintOf(text) };
}
