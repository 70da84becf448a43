import type { ApiSpec, PredictorType } from '../config/spec.ts';
import { baseImage } from './image-names.ts';

/** What an API's image is built on. */
export type BaseImage =
  | { readonly kind: 'ours'; readonly folder: string; readonly reference: string; readonly instead: string | null }
  | { readonly kind: 'named'; readonly reference: string; readonly api: string; readonly type: PredictorType };

/** Cortex's own images, which nobody serves any more, by any registry that they were copied to. */
const CORTEX_IMAGE =
  /(?:^|\/)cortexlabs\/(?<kind>python-predictor|onnx-predictor|tensorflow-predictor)(?:-(?<device>cpu|gpu))?(?::[^/]*)?$/;

/** The base image of an API: `predictor.image`, unless that is one of Cortex's, else Pons's own for its type and devices. */
export function baseImageOf({ name, predictor, compute }: ApiSpec, version: string): BaseImage {
  const named = predictor.image;
  const cortex = named === null ? null : CORTEX_IMAGE.exec(named);
  if (named !== null && cortex === null) return { kind: 'named', reference: named, api: name, type: predictor.type };
  const onGpu = compute.gpu > 0 || cortex?.groups?.['device'] === 'gpu';
  // Its models run in TensorFlow Serving, whatever the device.
  const folder =
    predictor.type === 'tensorflow' ? 'tensorflow-predictor' : `${predictor.type}-predictor-${onGpu ? 'gpu' : 'cpu'}`;
  return { kind: 'ours', folder, reference: baseImage(folder, version, null), instead: named };
}
