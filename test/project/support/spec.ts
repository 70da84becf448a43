import type { ApiSpec, LogLevel, PredictorSpec, PredictorType } from '../../../runtime/config/spec.ts';

interface SpecParts {
  readonly type?: PredictorType;
  readonly env?: Readonly<Record<string, string>>;
  readonly logLevel?: LogLevel;
  readonly pythonPath?: string | null;
  readonly dependencies?: Partial<PredictorSpec['dependencies']>;
}

/** A complete API of which only what a test names differs from the defaults. */
export function makeSpec({
  type = 'python',
  env = {},
  logLevel = 'info',
  pythonPath = null,
  dependencies = {},
}: SpecParts = {}): ApiSpec {
  return {
    name: 'iris',
    kind: 'AsyncAPI',
    endpoint: '/iris',
    predictor: {
      type,
      path: 'predictor.py',
      config: {},
      pythonPath,
      env,
      logLevel,
      image: null,
      tensorflowServingImage: null,
      dependencies: {
        pip: { path: 'requirements.txt', named: false },
        conda: { path: 'conda-packages.txt', named: false },
        shell: { path: 'dependencies.sh', named: false },
        ...dependencies,
      },
      models: null,
      shmSizeBytes: null,
      processesPerReplica: 1,
      threadsPerProcess: 1,
    },
    compute: { cpuMillis: 200, cpuWritten: false, memBytes: null, gpu: 0 },
    autoscaling: {
      minReplicas: 1,
      maxReplicas: 100,
      initReplicas: 1,
      maxReplicaConcurrency: null,
      targetReplicaConcurrency: 1,
      windowMs: 60_000,
      downscaleStabilizationMs: 300_000,
      upscaleStabilizationMs: 60_000,
      maxDownscaleFactor: 0.75,
      maxUpscaleFactor: 1.5,
      downscaleTolerance: 0.05,
      upscaleTolerance: 0.05,
    },
    updateStrategy: { maxSurge: { kind: 'percent', percent: 25 }, maxUnavailable: { kind: 'percent', percent: 25 } },
    notActedOn: [],
  };
}
