import { mkdirSync, symlinkSync } from 'node:fs';
import { join } from 'node:path';
import { serverNamesOf } from '../../../runtime/models/tensorflow/external/server-names.ts';
import {
  ExternalServing,
  type ExternalServingOptions,
} from '../../../runtime/models/tensorflow/external/external-serving.ts';
import { makeTempDir } from '../temp-dir.ts';
import type { Tensorflow } from './installed.ts';
import { listeningLogger } from './listening-logger.ts';

/** A base path as a server that somebody else has started wants it, with links to SavedModels as its versions. */
export function makeBase(versions: Readonly<Record<string, string>>): string {
  const base = join(makeTempDir(), 'base');
  mkdirSync(base);
  for (const [version, path] of Object.entries(versions)) symlinkSync(path, join(base, version));
  return base;
}

/** Base paths of models of `make_models.py` that have no version folders, each as version 1. */
export function basesOf({ models }: Tensorflow, names: readonly string[]): Record<string, string> {
  return Object.fromEntries(names.map((name) => [name, makeBase({ 1: join(models, name) })]));
}

/** Opens a connection for an API whose `models.paths` has these names. */
export async function openExternal(
  options: Pick<ExternalServingOptions, 'address'> & Partial<ExternalServingOptions>,
  names: readonly string[],
): Promise<{ readonly serving: ExternalServing; readonly lines: { message: string; levelname: string }[] }> {
  const { logger, lines } = listeningLogger();
  const paths = names.map((name) => ({ name, path: `models/${name}`, signatureKey: null }));
  const serving = await ExternalServing.open({
    models: serverNamesOf({ kind: 'paths', paths }),
    isSingle: false,
    others: null,
    reloadIntervalMs: 100,
    signatureKeyOf: () => null,
    logger,
    ...options,
  });
  return { serving, lines };
}
