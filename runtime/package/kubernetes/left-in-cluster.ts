import { documentsIn } from '../exported/documents.ts';
import type { ExportedFile } from '../exported/write.ts';
import { namespaceIn } from './earlier-folder.ts';

interface Named {
  readonly kind?: unknown;
  readonly metadata?: { readonly name?: unknown } | null;
}

/**
 * The objects (`deployment/api-words`) that an earlier export has and this one has not: `kubectl apply` leaves them in the cluster. Those are all of them
 * where this one is for another namespace.
 */
export function leftInCluster(earlier: readonly ExportedFile[], files: readonly ExportedFile[]): readonly string[] {
  const [before, now] = [namespaceIn(earlier), namespaceIn(files)];
  const isElsewhere = before !== null && now !== null && before !== now;
  const kept = new Set(isElsewhere ? [] : objectsIn(files));
  return [...new Set(objectsIn(earlier))].filter((object) => !kept.has(object));
}

/** What is said where only one of the two exports is for a certain namespace: nobody knows here where the other one is applied to. */
export function perhapsElsewhere(earlier: readonly ExportedFile[], files: readonly ExportedFile[]): string | null {
  const [before, now] = [namespaceIn(earlier), namespaceIn(files)];
  if (earlier.length === 0 || before === now) return null;
  if (before === null)
    return `The export before was for the namespace that it was applied to: where that is not ${now}, all of it is left there`;
  if (now === null)
    return `The export before was for the namespace ${before}: where this one is applied to another one, all of that one is left there`;
  return null;
}

function objectsIn(files: readonly ExportedFile[]): string[] {
  const objects = files.flatMap(({ text }) => documentsIn(text) ?? []) as (Named | null)[];
  // The list of the files has no name: it is no object.
  return objects.flatMap((one) => {
    const [kind, name] = [one?.kind, one?.metadata?.name];
    return typeof kind === 'string' && typeof name === 'string' ? [`${kind.toLowerCase()}/${name}`] : [];
  });
}
