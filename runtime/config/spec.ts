/** A value of `predictor.config`: JSON's types, integers of any size as bigint, floats (also NaN and infinities) as number. */
export type ConfigValue =
  null | boolean | number | bigint | string | readonly ConfigValue[] | { readonly [key: string]: ConfigValue };

export type PredictorType = 'python' | 'tensorflow' | 'onnx';
export type ExecutionProvider = 'cpu' | 'cuda';
export type LogLevel = 'debug' | 'info' | 'warning' | 'error';

/** A dependency file: `named` when cortex.yaml names it (then it must exist), relative to the project root. */
export interface DependencyFile {
  readonly path: string;
  readonly named: boolean;
}

export interface NamedModel {
  readonly name: string;
  readonly path: string;
  readonly signatureKey: string | null;
}

export type ModelSource =
  | { readonly kind: 'path'; readonly path: string }
  | { readonly kind: 'paths'; readonly paths: readonly NamedModel[] }
  | { readonly kind: 'dir'; readonly dir: string };

/** Every place that is named: a path relative to the project root, or a URL of a bucket. */
export function locationsOf(source: ModelSource): string[] {
  switch (source.kind) {
    case 'path':
      return [source.path];
    case 'paths':
      return source.paths.map(({ path }) => path);
    case 'dir':
      return [source.dir];
  }
}

/** The places among `locationsOf` that are paths relative to the project root. */
export function localLocationsOf(source: ModelSource): string[] {
  return locationsOf(source).filter(isLocal);
}

/** Whether a place of models is a path, and not the URL of a bucket. */
export function isLocal(place: string): boolean {
  return !place.includes('://');
}

export interface ModelsSpec {
  readonly source: ModelSource;
  readonly signatureKey: string | null;
  readonly cacheSize: number | null;
  readonly diskCacheSize: number | null;
  /** How long after a look at the models the next one comes. */
  readonly reloadIntervalMs: number;
  /** What runs an ONNX model; `cpu` for type `tensorflow`, whose server decides that. */
  readonly executionProvider: ExecutionProvider;
}

export interface PredictorSpec {
  readonly type: PredictorType;
  /** Relative to the project root, with `/`. */
  readonly path: string;
  readonly config: { readonly [key: string]: ConfigValue };
  /** Relative to the project root; null means the root itself. */
  readonly pythonPath: string | null;
  readonly env: Readonly<Record<string, string>>;
  readonly logLevel: LogLevel;
  readonly image: string | null;
  readonly tensorflowServingImage: string | null;
  readonly dependencies: {
    readonly pip: DependencyFile;
    readonly conda: DependencyFile;
    readonly shell: DependencyFile;
  };
  /** null for type `python`. */
  readonly models: ModelsSpec | null;
  readonly shmSizeBytes: number | null;
  readonly processesPerReplica: number;
  readonly threadsPerProcess: number;
}

export interface ComputeSpec {
  readonly cpuMillis: number;
  /** Whether the file says so; else it is the default, which was never a limit. */
  readonly cpuWritten: boolean;
  /** Of one replica, whose processes share it. */
  readonly memBytes: number | null;
  readonly gpu: number;
}

export interface AutoscalingSpec {
  readonly minReplicas: number;
  readonly maxReplicas: number;
  readonly initReplicas: number;
  /** null: not written in the file, so not enforced. */
  readonly maxReplicaConcurrency: number | null;
  readonly targetReplicaConcurrency: number;
  readonly windowMs: number;
  readonly downscaleStabilizationMs: number;
  readonly upscaleStabilizationMs: number;
  readonly maxDownscaleFactor: number;
  readonly maxUpscaleFactor: number;
  readonly downscaleTolerance: number;
  readonly upscaleTolerance: number;
}

/** A count of replicas, or a percentage of them. */
export type Portion =
  { readonly kind: 'count'; readonly count: number } | { readonly kind: 'percent'; readonly percent: number };

/** One API of the configuration file, complete: every default filled in, units in the names. */
export interface ApiSpec {
  readonly name: string;
  readonly kind: 'AsyncAPI';
  /** The URL path, with its leading slash and without a trailing one (unless it is `/`). */
  readonly endpoint: string;
  readonly predictor: PredictorSpec;
  readonly compute: ComputeSpec;
  readonly autoscaling: AutoscalingSpec;
  readonly updateStrategy: { readonly maxSurge: Portion; readonly maxUnavailable: Portion };
  /** The fields written in the file that nothing acts on yet, by path (`predictor.shm_size`). */
  readonly notActedOn: readonly string[];
}
