/**
 * The folders from the lowest to the highest. A folder imports itself and those on lines before its own; folders on one line do not
 * know each other.
 */
export const LAYERS: readonly (readonly string[])[] = [
  ['bridge/node', 'runtime/errors'],
  ['runtime/log', 'runtime/metrics', 'runtime/s3', 'runtime/state'],
  ['runtime/config', 'runtime/processes'],
  ['runtime/project', 'runtime/workloads', 'runtime/models'],
  ['runtime/predictor'],
  ['runtime/pool'],
  ['runtime/package', 'runtime/gateway'],
  ['runtime/supervisor'],
  ['runtime/cli'],
];

/** Folders that only these others may import, though the order would allow more. */
const ONLY_FOR: Readonly<Record<string, readonly string[]>> = {
  'runtime/metrics': ['runtime/pool', 'runtime/gateway', 'runtime/supervisor'],
};

/** What the order would allow but the design does not; `types` means that a type may be imported all the same. */
const FORBIDDEN: readonly { readonly from: string; readonly to: string; readonly types: boolean }[] = [
  { from: 'runtime/processes', to: 'bridge/node', types: false },
  { from: 'runtime/gateway', to: 'runtime/predictor', types: false },
  { from: 'runtime/gateway', to: 'bridge/node', types: false },
  { from: 'runtime/gateway', to: 'runtime/pool', types: true },
];

/** Where each third-party library, and starting processes, belongs: to files whose path begins so. */
export const LIBRARIES: Readonly<Record<string, readonly string[]>> = {
  '@aws-sdk/client-s3': ['runtime/s3/', 'runtime/models/tree/', 'runtime/workloads/blobs/'],
  '@aws-sdk/credential-provider-node': ['runtime/s3/'],
  '@grpc/grpc-js': ['runtime/models/tensorflow/'],
  '@grpc/proto-loader': ['runtime/models/tensorflow/'],
  '@photostructure/sqlite': ['runtime/workloads/embedded/'],
  'bee-queue': ['runtime/workloads/redis/'],
  commander: ['runtime/cli/'],
  execa: [
    'runtime/processes/',
    'runtime/predictor/',
    'runtime/project/dependencies',
    'runtime/models/tensorflow/',
    'runtime/package/',
  ],
  'fastest-levenshtein': ['runtime/errors/', 'runtime/config/', 'runtime/cli/'],
  fastify: ['runtime/gateway/'],
  ignore: ['runtime/project/'],
  'node:child_process': [
    'runtime/processes/',
    'runtime/predictor/',
    'runtime/project/',
    'runtime/models/tensorflow/',
    'runtime/package/',
  ],
  'onnxruntime-node': ['runtime/models/onnx/'],
  pino: ['runtime/log/'],
  'pino-pretty': ['runtime/log/'],
  'prom-client': ['runtime/metrics/'],
  redis: ['runtime/workloads/redis/'],
  // Read in the one, written in the other.
  yaml: ['runtime/config/', 'runtime/package/'],
};

/** The layer folder that `file` lies in, or null. */
export function layerOf(file: string): string | null {
  return LAYERS.flat().find((folder) => file.startsWith(`${folder}/`)) ?? null;
}

/** Why the design does not let folder `from` import folder `to`, or null when it does. */
export function objection(from: string, to: string, typeOnly: boolean): string | null {
  if (from === to) return null;
  if (rankOf(to) >= rankOf(from)) return `${from} is not above ${to}`;
  const forbidden = FORBIDDEN.find((rule) => rule.from === from && rule.to === to);
  if (forbidden !== undefined && !(forbidden.types && typeOnly)) return `${from} must not know ${to}`;
  const only = ONLY_FOR[to];
  return only !== undefined && !only.includes(from) ? `${to} is for ${only.join(', ')} only` : null;
}

function rankOf(folder: string): number {
  return LAYERS.findIndex((layer) => layer.includes(folder));
}
