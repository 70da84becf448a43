import type { ModelsSpec } from '../../config/spec.ts';

/** The signature that the configuration names for a model of that name; null: none. */
export function signatureKeys({ source, signatureKey }: ModelsSpec): (name: string) => string | null {
  if (source.kind !== 'paths') return () => signatureKey;
  const keys = new Map(source.paths.map((model) => [model.name, model.signatureKey]));
  return (name) => keys.get(name) ?? signatureKey;
}
