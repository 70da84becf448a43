import { KnownError } from '../../errors/known-error.ts';
import { findOnPath } from '../../processes/find-on-path.ts';
import type { ServingAddress } from './address.ts';

/** Where the models of TensorFlow predictors run. */
export type ServingPlace =
  { readonly kind: 'external'; readonly address: ServingAddress } | { readonly kind: 'own'; readonly program: string };

export interface FindOptions {
  /** For the error. */
  readonly api: string;
  /** What the user has named; null: nothing. */
  readonly address: ServingAddress | null;
  /** The PATH to search for `tensorflow_model_server`. */
  readonly path: string | undefined;
}

/** The server that was named, else a program to start one with. Rejects with `PONS_ERR_MODELS_TENSORFLOW_SERVING_MISSING`. */
export async function findServing({ api, address, path }: FindOptions): Promise<ServingPlace> {
  if (address !== null) return { kind: 'external', address };
  const program = await findOnPath('tensorflow_model_server', path);
  if (program === null) throw KnownError.of('PONS_ERR_MODELS_TENSORFLOW_SERVING_MISSING', { api });
  return { kind: 'own', program };
}
