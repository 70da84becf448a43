import type { ApiSpec } from '../../config/spec.ts';
import { KnownError } from '../../errors/known-error.ts';
import { findGpus } from './find-gpus.ts';

const VISIBLE = 'CUDA_VISIBLE_DEVICES';

/** The number of a replica, or the TensorFlow Serving of all of them. */
type Place = number | 'serving';

/** What a process finds in its environment about GPUs; empty where nothing is to be changed. */
export type GpuVariables = (
  api: string,
  place: Place,
  environment: Readonly<Record<string, string>>,
) => Record<string, string>;

/**
 * Gives every replica GPUs that no other one has, which its processes share; an API that asks for none sees none then. The GPUs of a `tensorflow` API
 * are for what runs its models: the server that Pons starts, or none of this machine. Where none asks, nothing is looked up and nothing changed.
 * Rejects with `PONS_ERR_PREDICTOR_GPUS` where there are too few.
 * @param servingIsNamed whether the user has named a TensorFlow Serving, so that none is started
 */
export async function assignGpus(
  specs: readonly ApiSpec[],
  servingIsNamed: boolean,
  machine: NodeJS.ProcessEnv = process.env,
): Promise<GpuVariables> {
  const isElsewhere = ({ predictor }: ApiSpec): boolean => servingIsNamed && predictor.type === 'tensorflow';
  const wanted = specs.filter((spec) => spec.compute.gpu > 0 && !isElsewhere(spec));
  if (wanted.length === 0) return () => ({});
  const { devices, by } = await findGpus(machine);
  const given = wanted.filter((spec) => !choosesItself(spec));
  const places = given.flatMap(placesOf);
  const needed = places.reduce((total, { gpus }) => total + gpus, 0);
  if (needed > devices.length) {
    const asked = given.map(({ name, compute, autoscaling: { minReplicas } }) => ({
      name,
      gpus: compute.gpu,
      replicas: minReplicas,
    }));
    throw KnownError.of('PONS_ERR_PREDICTOR_GPUS', { asked, needed, found: devices, by });
  }
  const assigned = new Map<string, readonly string[]>();
  let next = 0;
  for (const { key, gpus } of places) assigned.set(key, devices.slice(next, (next += gpus)));
  const choosing = new Set(specs.filter(choosesItself).map(({ name }) => name));
  return (api, place, environment) => {
    // `.env` is read later, and goes before all the same.
    if (choosing.has(api) || environment[VISIBLE] !== machine[VISIBLE]) return {};
    const own = assigned.get(keyOf(api, place)) ?? [];
    // By default CUDA numbers the fastest first, other programs by their slots.
    const order = environment['CUDA_DEVICE_ORDER'] ?? 'PCI_BUS_ID';
    return { [VISIBLE]: own.join(','), NVIDIA_VISIBLE_DEVICES: own.join(',') || 'void', CUDA_DEVICE_ORDER: order };
  };
}

/** Whoever names devices for one API means it, also where they are those of the machine. */
function choosesItself({ predictor }: ApiSpec): boolean {
  return Object.hasOwn(predictor.env, VISIBLE);
}

function placesOf(spec: ApiSpec): { readonly key: string; readonly gpus: number }[] {
  const { name, predictor, compute } = spec;
  const { minReplicas } = spec.autoscaling;
  if (predictor.type === 'tensorflow') return [{ key: keyOf(name, 'serving'), gpus: compute.gpu * minReplicas }];
  return Array.from({ length: minReplicas }, (_, at) => ({ key: keyOf(name, at), gpus: compute.gpu }));
}

function keyOf(api: string, place: Place): string {
  return `${api}/${place}`;
}
