import type { Position, Report } from '../config-problem.ts';
import type { NamedModelRead } from '../schema/models.ts';
import type { ApiRead } from '../schema/api.ts';

type PredictorRead = ApiRead['predictor']['value'];

const PATH = 'predictor.models';

/** Reports what is wrong between `predictor.type`, `predictor.models` and what is in it. */
export function checkModels(predictor: PredictorRead, at: Position, report: Report): void {
  const { type, models } = predictor;
  if (!type.valid) return;
  if (type.value === 'python') {
    if (models.written) {
      report(models.at, PATH, 'is for the types tensorflow and onnx; remove it, and load models in the constructor');
    }
    return;
  }
  if (!models.written) {
    report(
      at,
      PATH,
      `is missing; it must be a map with one of path, paths and dir where predictor.type is ${type.value}`,
    );
    return;
  }
  if (!models.valid) return;
  checkSource(predictor, report);
  if (type.value === 'onnx') checkNoSignatures(predictor, report);
  else checkNoProvider(predictor, report);
  checkNames(models.value.paths.value, report);
  checkCache(predictor, report);
}

function checkSource({ models }: PredictorRead, report: Report): void {
  const { path, paths, dir } = models.value;
  const noPaths = paths.valid && paths.value.length === 0;
  const sources = [
    { key: 'path', slot: path },
    ...(noPaths ? [] : [{ key: 'paths', slot: paths }]),
    { key: 'dir', slot: dir },
  ].filter((source) => source.slot.written);
  const [first, ...others] = sources;
  if (first === undefined) report(models.at, PATH, 'has none of path, paths and dir; it must have exactly one of them');
  for (const other of others) {
    report(
      other.slot.at,
      `${PATH}.${other.key}`,
      `stands beside ${first?.key ?? ''}; there must be exactly one of path, paths and dir`,
    );
  }
}

function checkNoSignatures({ models }: PredictorRead, report: Report): void {
  const refusal = 'is for predictor.type tensorflow only; remove it';
  const { signature_key: key, paths } = models.value;
  if (key.written) report(key.at, `${PATH}.signature_key`, refusal);
  paths.value.forEach((model, index) => {
    const own = model.signature_key;
    if (own.written) report(own.at, `${PATH}.paths[${index}].signature_key`, refusal);
  });
}

function checkNoProvider({ models }: PredictorRead, report: Report): void {
  const { execution_provider: provider } = models.value;
  if (!provider.written) return;
  const refusal = 'is for predictor.type onnx only; remove it, since TensorFlow Serving decides what runs its models';
  report(provider.at, `${PATH}.execution_provider`, refusal);
}

function checkNames(paths: readonly NamedModelRead[], report: Report): void {
  const first = new Map<string, Position>();
  paths.forEach(({ name }, index) => {
    if (!name.valid) return;
    const earlier = first.get(name.value);
    if (earlier === undefined) first.set(name.value, name.at);
    else {
      const where = `line ${earlier.line}, column ${earlier.column}`;
      report(
        name.at,
        `${PATH}.paths[${index}].name`,
        `"${name.value}" is the name of another model, at ${where}; names must be unique`,
      );
    }
  });
}

function checkCache({ models, processes_per_replica: processes }: PredictorRead, report: Report): void {
  const { cache_size: cache, disk_cache_size: disk, path } = models.value;
  if (!cache.written && !disk.written) return;
  if (!cache.written) {
    report(disk.at, `${PATH}.disk_cache_size`, 'stands without cache_size; there must be both or neither');
  } else if (!disk.written) {
    report(cache.at, `${PATH}.cache_size`, 'stands without disk_cache_size; there must be both or neither');
  } else if (cache.valid && disk.valid && cache.value > disk.value) {
    report(
      cache.at,
      `${PATH}.cache_size`,
      `${cache.value} is above disk_cache_size, which is ${disk.value}; it must be at most that`,
    );
  }
  const slot = cache.written ? cache : disk;
  const place = `${PATH}.${cache.written ? 'cache_size' : 'disk_cache_size'}`;
  if (path.written) report(slot.at, place, 'needs several models: it must stand beside paths or dir, not path');
  if (processes.valid && processes.value > 1) {
    report(
      slot.at,
      place,
      `needs one process per replica, but predictor.processes_per_replica is ${processes.value}; it must be 1`,
    );
  }
}
