import type { ApiSpec } from '../../config/spec.ts';

/**
 * The configuration file of a gateway: where each API is and how much it takes. Nothing of `predictor` is in it, whose `env` and `config` may be nobody
 * else's business, but what a valid file has to have; the type is `python`, which needs no models.
 */
export function gatewayConfig(specs: readonly ApiSpec[]): readonly object[] {
  return specs.map(({ name, kind, endpoint, predictor, autoscaling: { maxReplicaConcurrency } }) => ({
    name,
    kind,
    predictor: { type: 'python', path: predictor.path },
    ...(maxReplicaConcurrency !== null && { autoscaling: { max_replica_concurrency: maxReplicaConcurrency } }),
    networking: { endpoint },
  }));
}
