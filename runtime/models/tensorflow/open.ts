import { join } from 'node:path';
import { LoadedModels } from '../loaded-models.ts';
import type { ModelRelay } from '../model-relay.ts';
import type { ModelTree } from '../model-tree.ts';
import type { RelayOptions } from '../relay-options.ts';
import { openModelTree } from '../tree/open.ts';
import { ExternalServing } from './external/external-serving.ts';
import { otherNamesOf, serverNamesOf } from './external/server-names.ts';
import { findServing, type ServingPlace } from './find-serving.ts';
import { OwnServing } from './own/own-serving.ts';
import { TensorflowRelay } from './relay.ts';
import type { TensorflowServing } from './serving.ts';
import { signatureKeys } from './signature-keys.ts';

/** The TensorFlow models of one API. Rejects as `openModelRelay` does. */
export async function openTensorflowRelay(options: RelayOptions): Promise<ModelRelay> {
  const { api, models, tensorflowServing, environment, needsAll, logger } = options;
  const { cacheSize, diskCacheSize } = models;
  const place = await findServing({ api, address: tensorflowServing, path: environment['PATH'] });
  const { tree, serving } = await openServing(place, options);
  return new TensorflowRelay({
    serving,
    isCaching: cacheSize !== null,
    openModels: (load) => new LoadedModels({ tree, load, cacheSize, diskCacheSize, needsAll, logger }),
  });
}

async function openServing(
  place: ServingPlace,
  options: RelayOptions,
): Promise<{ readonly tree: ModelTree; readonly serving: TensorflowServing }> {
  const { models, logger, signal } = options;
  const { reloadIntervalMs } = models;
  const signatureKeyOf = signatureKeys(models);
  if (place.kind === 'external') {
    const names = serverNamesOf(models.source);
    const isSingle = models.source.kind === 'path';
    const { address } = place;
    const serving = await ExternalServing.open({
      address,
      models: names,
      isSingle,
      others: otherNamesOf(models.source, options.projectRoot),
      reloadIntervalMs,
      signatureKeyOf,
      logger,
    });
    return { tree: serving.tree, serving };
  }
  const tree = await openModelTree({ ...options, type: 'tensorflow', reloadIntervalMs });
  try {
    const { environment, reaper, setpriv, runDir } = options;
    const env = Object.fromEntries(
      Object.entries(environment).filter((entry): entry is [string, string] => entry[1] !== undefined),
    );
    const folder = join(runDir, 'serving');
    const serving = await OwnServing.open(
      { program: place.program, env, folder, signatureKeyOf, logger, reaper, setpriv },
      signal,
    );
    return { tree, serving };
  } catch (error) {
    await tree.close();
    throw error;
  }
}
