export const PROTOCOL_VERSION = 1;

/** What stands before the host's token in a mark, and the length of that token, in characters. */
export const MARK_PREFIX = '\u001epons:';
export const MARK_TOKEN_LENGTH = 9;

/** The exit code of a host whose fds user code has closed. */
export const EXIT_FDS_CLOSED = 78;

/** Requests and notifications that the supervisor sends. */
export const down = {
  initialize: 'initialize',
  predict: 'predict',
  shutdown: 'shutdown',
  cancelRequest: '$/cancelRequest',
} as const;

/** Notifications and requests that the host sends. */
export const up = {
  log: 'log',
  metric: 'metric',
  cancelRequest: '$/cancelRequest',
  onnxDescribe: 'onnx/describe',
  onnxPredict: 'onnx/predict',
  onnxEnded: 'onnx/ended',
  onnxList: 'onnx/list',
  tensorflowDescribe: 'tensorflow/describe',
  tensorflowPredict: 'tensorflow/predict',
  tensorflowList: 'tensorflow/list',
} as const;

/** What every log record of the process is labelled with; `mark` is the token of its marks. */
export interface Labels {
  readonly apiName: string;
  readonly apiKind: string;
  readonly apiID: string;
  readonly replica: string;
  readonly mark: string;
}

/** The body of `initialize` is `predictor.config` as JSON text. */
export interface InitializeParams {
  readonly protocolVersion: number;
  /** `check` validates class and signatures and constructs nothing. */
  readonly mode: 'serve' | 'check';
  readonly projectDir: string;
  readonly predictorType: 'python' | 'tensorflow' | 'onnx';
  readonly path: string;
  /** The value of PYTHONPATH for user code; the process itself is started without it. */
  readonly pythonPath: string | null;
  readonly threads: number;
  readonly logLevel: 'debug' | 'info' | 'warning' | 'error';
  readonly labels: Labels;
  readonly limits: { readonly resultBytes: number; readonly logLineBytes: number };
  /** Host name to address and port, for hosts files that cannot be given to the process. */
  readonly chaining: Readonly<Record<string, readonly [address: string, port: number]>> | null;
}

export interface InitializeResult {
  readonly protocolVersion: number;
  readonly pythonVersion: string;
  readonly pid: number;
  /** The number of the signal to send behind a cancellation; null where the host needs none or the system has none. */
  readonly cancelSignal: number | null;
}

/** The body of `predict` is the payload, unparsed. */
export interface PredictParams {
  readonly id: string;
  readonly contentType: string;
}

/** `predict` with its `PredictParams` as `encodeCall` gives it; by hand, since this is done for each workload. */
export function encodePredict({ id, contentType }: PredictParams): string {
  return `"method":"${down.predict}","params":{"id":${JSON.stringify(id)},"contentType":${JSON.stringify(contentType)}}`;
}

/** The body of the answer is the result as JSON text. */
export interface PredictResult {
  /** 1 = a mark was written to stdout, 2 = to stderr, 3 = to both. */
  readonly marks: number;
  /** The time from the payload to the result in the process. */
  readonly runMs: number;
}

export interface MetricParams {
  readonly kind: 'increment' | 'gauge' | 'histogram';
  readonly name: string;
  readonly value: number;
  readonly tags: Readonly<Record<string, string>> | null;
}

/** One stack frame of the user's own; `file` is relative to the project where it lies in it. */
export interface UserFrame {
  readonly file: string;
  readonly line: number;
  readonly function: string;
  readonly source: string | null;
}

export interface UserExceptionData {
  readonly type: string;
  readonly text: string;
  readonly frames: readonly UserFrame[];
  readonly stage: 'import' | 'init' | 'predict';
}

export interface ClassInvalidData {
  readonly file: string | null;
  readonly line: number | null;
  readonly className: string | null;
  readonly method: string | null;
  readonly argument: string | null;
}
