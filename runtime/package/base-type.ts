import { KnownError } from '../errors/known-error.ts';
import type { BaseImage } from './base-image.ts';
import { ask, type Engine } from './engine.ts';

/** What the images of `images/`, and all that are built on them, say of themselves, unless it is said anew. */
const TYPE_LABEL = 'pons.predictor';
const TITLE_LABEL = 'org.opencontainers.image.title';
/** As images had it before they had a label for it. */
const TITLE = /^pons\/(?<type>[a-z]+)-predictor\b/;

/**
 * Fails with `PONS_ERR_BUILD_BASE_TYPE` where the API is of type onnx and the image says that it is for another one: that has no ONNX Runtime, and its
 * predictors would not start. Apart from that, the images of `images/` have all the same.
 */
export async function assertMadeFor(
  { reference, api, type }: Extract<BaseImage, { kind: 'named' }>,
  engine: Engine,
): Promise<void> {
  if (type !== 'onnx') return;
  const answer = await ask(engine, ['image', 'inspect', '--format', '{{json .Config.Labels}}', reference]);
  const labels = (answer === null ? null : (JSON.parse(answer) as Record<string, string> | null)) ?? {};
  const made = labels[TYPE_LABEL] ?? TITLE.exec(labels[TITLE_LABEL] ?? '')?.groups?.['type'];
  if (made === undefined || made === type) return;
  throw KnownError.of('PONS_ERR_BUILD_BASE_TYPE', { image: reference, api, made });
}
