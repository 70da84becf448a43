import { locationsOf } from '../config/spec.ts';
import { openOnnxRelay } from './onnx/open.ts';
import type { RelayOptions } from './relay-options.ts';
import { findServing } from './tensorflow/find-serving.ts';
import { checkSavedModels } from './tensorflow/check-saved-models.ts';
import { openModelTree } from './tree/open.ts';

/**
 * Finds out whether the models of one API can be served, and leaves nothing: what is in a bucket is looked at and not downloaded, and no server is
 * started. Rejects as `openModelRelay` does.
 */
export async function checkModels(options: RelayOptions): Promise<void> {
  const { api, type, models, tensorflowServing, environment } = options;
  if (type === 'tensorflow') {
    const place = await findServing({ api, address: tensorflowServing, path: environment['PATH'] });
    // The models are then the server's own.
    if (place.kind === 'external') return;
  }
  const isLocal = locationsOf(models.source).every((path) => !path.includes('://'));
  if (type === 'onnx' && isLocal) {
    const relay = await openOnnxRelay(options);
    try {
      await relay.ready;
    } finally {
      await relay.close();
    }
    return;
  }
  const tree = await openModelTree({ ...options, type, reloadIntervalMs: models.reloadIntervalMs });
  try {
    if (isLocal) await checkSavedModels(tree, models);
  } finally {
    await tree.close();
  }
}
