/** What the elements of a tensor are, by the names that NumPy has for them. */
export type ElementType =
  | 'float16'
  | 'bfloat16'
  | 'float32'
  | 'float64'
  | 'complex64'
  | 'complex128'
  | 'int8'
  | 'int16'
  | 'int32'
  | 'int64'
  | 'uint8'
  | 'uint16'
  | 'uint32'
  | 'uint64'
  | 'bool'
  | 'string';

/** A tensor whose bytes are in a frame's body, at the next multiple of 8 behind the tensor before it. */
export interface Tensor {
  readonly name: string;
  readonly type: ElementType;
  readonly shape: readonly number[];
  readonly bytes: number;
}

/** A size, the name of a size that is unknown but the same wherever the name is, or null: unknown. */
export type Dimension = number | string | null;

/** An input or output as a model declares it. A `shape` that is null is one of unknown rank. */
export interface TensorSpec {
  readonly name: string;
  readonly type: ElementType;
  readonly shape: readonly Dimension[] | null;
}

/** What user code sees a matrix as: a list with a dictionary for each row, of label to value. */
export interface MapSpec {
  readonly keys: 'int64' | 'string';
  /** One for each column; an int64 as its decimal digits. */
  readonly labels: readonly string[];
}

/** Which model a request is about; `name` is null where there is only one, `version` is `latest` or digits. */
export interface DescribeParams {
  readonly name: string | null;
  readonly version: string;
}

/** An output of an ONNX model; `map` is null but for what a classifier's ZipMap made. */
export interface OnnxOutputSpec extends TensorSpec {
  readonly map: MapSpec | null;
}

export interface OnnxDescribeResult {
  /** Stands for the loaded version in `onnx/predict`, as long as it is the one that was asked for. */
  readonly model: number;
  readonly name: string;
  readonly version: string;
  /** How sentences name it: `the model "iris" (version 3)`. */
  readonly title: string;
  readonly inputs: readonly TensorSpec[];
  readonly outputs: readonly OnnxOutputSpec[];
  /** Names of inputs that are not among `inputs`, as the model has a value for them and takes no other. */
  readonly defaults: readonly string[];
  /** The path of the socket where the process that has the model answers `onnx/predict`; null where there is none: then the supervisor does. */
  readonly lane: string | null;
  /** What runs it, by onnxruntime's names (`CPUExecutionProvider`), the first choice first. */
  readonly providers: readonly string[];
}

export interface OnnxPredictParams {
  readonly model: number;
  /** The process id of whoever asks; 0: the supervisor, for somebody else. */
  readonly caller: number;
  readonly inputs: readonly Tensor[];
  /** Which outputs to answer with, in this order; null means all. */
  readonly outputs: readonly string[] | null;
}

/** `lane` is lost to whoever asks, who called `model` there, by the request `id`; null: it was not sent. */
export interface OnnxEndedParams {
  readonly model: number;
  readonly lane: string;
  readonly caller: number;
  readonly id: number | null;
}

export interface OnnxEndedResult {
  /** One sentence about why the process that listened there has ended; null where it has not. */
  readonly reason: string | null;
  /** Whether it may have begun that call. */
  readonly begun: boolean;
}

/** The answer to both kinds of predict; its body holds the tensors. */
export interface ModelPredictResult {
  readonly outputs: readonly Tensor[];
}

export interface OnnxListResult {
  /** By model name; `timestamps` in seconds since the epoch, in the order of `versions`. */
  readonly models: Readonly<
    Record<string, { readonly versions: readonly string[]; readonly timestamps: readonly number[] }>
  >;
  /** Whether only some of them are in memory at a time. */
  readonly caching: boolean;
}

export interface TensorflowDescribeResult {
  readonly model: number;
  readonly name: string;
  readonly version: string;
  /** How sentences name it: `the model "iris" (version 3)`. */
  readonly title: string;
  readonly inputs: readonly TensorSpec[];
  readonly outputs: readonly TensorSpec[];
}

export interface TensorflowPredictParams {
  readonly model: number;
  readonly inputs: readonly Tensor[];
}

/** An input or output with the name that it has in the model's graph (`serving_default_x:0`); empty where that is made of several. */
export interface GraphTensorSpec extends TensorSpec {
  readonly graphName: string;
}

export interface TensorflowSignature {
  readonly inputs: readonly GraphTensorSpec[];
  readonly outputs: readonly GraphTensorSpec[];
  readonly methodName: string;
}

export interface TensorflowListResult {
  /** By `<name>-<version>`. */
  readonly models: Readonly<
    Record<
      string,
      {
        readonly diskPath: string;
        /** Seconds since the epoch. */
        readonly timestamp: number;
        readonly signatureKey: string | null;
        readonly signatures: Readonly<Record<string, TensorflowSignature>>;
      }
    >
  >;
  /** Whether only some of them are in memory at a time. */
  readonly caching: boolean;
}
