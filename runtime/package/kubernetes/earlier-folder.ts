import { documentsIn } from '../exported/documents.ts';
import type { ExportedFile } from '../exported/write.ts';
import { PROJECT_LABEL } from './metadata.ts';

/** The file that names the others of a folder for kustomize. */
export const KUSTOMIZATION = 'kustomization.yaml';
export const GATEWAY_FILE = 'gateway.yaml';

interface Kustomization {
  readonly namespace?: unknown;
  readonly resources?: unknown;
}

interface Labelled {
  readonly metadata?: { readonly labels?: Readonly<Record<string, unknown>> | null } | null;
}

/** The files that a kustomization names. */
export function resourcesIn(text: string): readonly unknown[] {
  const resources = (documentsIn(text)?.[0] as Kustomization | null | undefined)?.resources;
  return Array.isArray(resources) ? resources : [];
}

/** The namespace that all objects of an export are put into; null: wherever they are applied. */
export function namespaceIn(files: readonly ExportedFile[]): string | null {
  const namespace = (firstIn(files, KUSTOMIZATION) as Kustomization | null | undefined)?.namespace;
  return typeof namespace === 'string' ? namespace : null;
}

/** The label of the project that an export is of: that of its gateway, which each has. */
export function projectIn(files: readonly ExportedFile[]): unknown {
  return (firstIn(files, GATEWAY_FILE) as Labelled | null | undefined)?.metadata?.labels?.[PROJECT_LABEL];
}

function firstIn(files: readonly ExportedFile[], name: string): unknown {
  const file = files.find(({ path }) => path === name);
  return file === undefined ? null : documentsIn(file.text)?.[0];
}
