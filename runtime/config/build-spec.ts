import type { ApiRead } from './schema/api.ts';
import type { ModelsRead } from './schema/models.ts';
import type { ApiSpec, AutoscalingSpec, ModelSource, ModelsSpec, PredictorSpec } from './spec.ts';

/** The finished specification of a valid API. */
export function buildSpec(api: ApiRead, notActedOn: readonly string[]): ApiSpec {
  const { compute, update_strategy: strategy } = api;
  return {
    name: api.name.value,
    kind: api.kind.value,
    endpoint: endpointOf(api),
    predictor: buildPredictor(api.predictor.value),
    compute: {
      cpuMillis: compute.value.cpu.value,
      cpuWritten: compute.value.cpu.written,
      memBytes: compute.value.mem.value,
      gpu: compute.value.gpu.value,
    },
    autoscaling: buildAutoscaling(api.autoscaling.value),
    updateStrategy: {
      maxSurge: strategy.value.max_surge.value,
      maxUnavailable: strategy.value.max_unavailable.value,
    },
    notActedOn,
  };
}

function endpointOf(api: ApiRead): string {
  const endpoint = api.networking.value.endpoint.value;
  return endpoint === '' ? `/${api.name.value}` : endpoint;
}

function buildPredictor(read: ApiRead['predictor']['value']): PredictorSpec {
  const { dependencies } = read;
  return {
    type: read.type.value,
    path: read.path.value,
    config: read.config.value,
    pythonPath: read.python_path.value,
    env: read.env.value,
    logLevel: read.log_level.value,
    image: read.image.value,
    tensorflowServingImage: read.tensorflow_serving_image.value,
    dependencies: {
      pip: dependencies.value.pip.value,
      conda: dependencies.value.conda.value,
      shell: dependencies.value.shell.value,
    },
    models: read.models.written ? buildModels(read.models.value) : null,
    shmSizeBytes: read.shm_size.value,
    processesPerReplica: read.processes_per_replica.value,
    threadsPerProcess: read.threads_per_process.value,
  };
}

function buildModels(read: ModelsRead): ModelsSpec {
  return {
    source: modelSource(read),
    signatureKey: read.signature_key.value,
    cacheSize: read.cache_size.written ? read.cache_size.value : null,
    diskCacheSize: read.disk_cache_size.written ? read.disk_cache_size.value : null,
    reloadIntervalMs: read.reload_interval.value,
    executionProvider: read.execution_provider.value,
  };
}

function modelSource(read: ModelsRead): ModelSource {
  if (read.path.written) return { kind: 'path', path: read.path.value };
  if (read.dir.written) return { kind: 'dir', dir: read.dir.value };
  const paths = read.paths.value.map((model) => ({
    name: model.name.value,
    path: model.path.value,
    signatureKey: model.signature_key.value ?? read.signature_key.value,
  }));
  return { kind: 'paths', paths };
}

function buildAutoscaling(read: ApiRead['autoscaling']['value']): AutoscalingSpec {
  const { init_replicas: init, max_replica_concurrency: concurrency } = read;
  return {
    minReplicas: read.min_replicas.value,
    maxReplicas: read.max_replicas.value,
    initReplicas: init.written ? init.value : read.min_replicas.value,
    maxReplicaConcurrency: concurrency.written ? concurrency.value : null,
    targetReplicaConcurrency: read.target_replica_concurrency.value,
    windowMs: read.window.value,
    downscaleStabilizationMs: read.downscale_stabilization_period.value,
    upscaleStabilizationMs: read.upscale_stabilization_period.value,
    maxDownscaleFactor: read.max_downscale_factor.value,
    maxUpscaleFactor: read.max_upscale_factor.value,
    downscaleTolerance: read.downscale_tolerance.value,
    upscaleTolerance: read.upscale_tolerance.value,
  };
}
