import type { PredictorType } from '../../config/spec.ts';

/** The packages that Cortex's images carried, by the name that they are imported by. */
const EVERY_IMAGE: Readonly<Record<string, string>> = {
  requests: 'requests',
  boto3: 'boto3',
  numpy: 'numpy',
  yaml: 'pyyaml',
  dill: 'dill',
  msgpack: 'msgpack',
  jinja2: 'jinja2',
  grpc: 'grpcio',
  fastapi: 'fastapi',
  uvicorn: 'uvicorn',
  datadog: 'datadog',
  pythonjsonlogger: 'python-json-logger',
};

const BY_TYPE: Readonly<Record<PredictorType, Readonly<Record<string, string>>>> = {
  python: {},
  tensorflow: { tensorflow: 'tensorflow-cpu', tensorflow_serving: 'tensorflow-serving-api' },
  onnx: { onnxruntime: 'onnxruntime' },
};

/** What the image of a predictor type carried: import name to package name. */
export function preinstalledFor(type: PredictorType): ReadonlyMap<string, string> {
  return new Map(Object.entries({ ...EVERY_IMAGE, ...BY_TYPE[type] }));
}
