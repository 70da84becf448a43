import type { Report } from '../config-problem.ts';
import { checkModels } from './models.ts';
import type { ApiRead } from '../schema/api.ts';
import { isZero } from '../schema/update-strategy.ts';

/** Reports what is wrong between the fields of one API, each of which is valid alone. */
export function checkRules(api: ApiRead, report: Report): void {
  checkReplicas(api, report);
  checkShm(api, report);
  checkUpdateStrategy(api, report);
  checkModels(api.predictor.value, api.predictor.at, report);
}

function checkReplicas(api: ApiRead, report: Report): void {
  const { min_replicas: min, max_replicas: max, init_replicas: init } = api.autoscaling.value;
  if (!min.valid || !max.valid) return;
  const rule = '0 < min_replicas <= init_replicas <= max_replicas must hold';
  if (min.value > max.value) {
    const byDefault = max.written ? '' : ' by default';
    const at = min.written ? min.at : max.at;
    report(
      at,
      'autoscaling.min_replicas',
      `${min.value} is above max_replicas, which is ${max.value}${byDefault}; ${rule}`,
    );
  } else if (init.written && init.valid && init.value < min.value) {
    const byDefault = min.written ? '' : ' by default';
    report(
      init.at,
      'autoscaling.init_replicas',
      `${init.value} is below min_replicas, which is ${min.value}${byDefault}; ${rule}`,
    );
  } else if (init.written && init.valid && init.value > max.value) {
    const byDefault = max.written ? '' : ' by default';
    report(
      init.at,
      'autoscaling.init_replicas',
      `${init.value} is above max_replicas, which is ${max.value}${byDefault}; ${rule}`,
    );
  }
}

function checkShm(api: ApiRead, report: Report): void {
  const shm = api.predictor.value.shm_size;
  const mem = api.compute.value.mem;
  if (!shm.valid || !mem.valid || shm.value === null || mem.value === null || shm.value <= mem.value) return;
  report(
    shm.at,
    'predictor.shm_size',
    `${shm.value} bytes are more than compute.mem, which is ${mem.value} bytes; it must be at most that`,
  );
}

function checkUpdateStrategy(api: ApiRead, report: Report): void {
  const { max_surge: surge, max_unavailable: unavailable } = api.update_strategy.value;
  if (!surge.valid || !unavailable.valid || !isZero(surge.value) || !isZero(unavailable.value)) return;
  report(
    unavailable.at,
    'update_strategy.max_unavailable',
    'max_surge and max_unavailable are both zero; one of them must be above zero',
  );
}
