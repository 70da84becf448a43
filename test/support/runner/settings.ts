import { CHAOS_SECONDS } from '../chaos/settings.ts';

/** How one test file is run. */
export interface FileSettings {
  /** Past it the file is killed and has failed. */
  readonly timeoutMs: number;
  /** No other file runs meanwhile: it measures, or needs both cores. */
  readonly exclusive: boolean;
}

/** A file that takes a minute takes four where the machine has as much else to do. */
const DEFAULT_SETTINGS: FileSettings = { timeoutMs: 480_000, exclusive: false };

/** The first of them installs TensorFlow, and the others wait for it. */
const WITH_TENSORFLOW = { timeoutMs: 600_000 };

/** The first of them makes the base images and builds on them, and the others wait for it. */
const WITH_CONTAINERS = { timeoutMs: 600_000 };

/** The files that need something else, by their path under `test/`. */
export const FILE_SETTINGS: Readonly<Record<string, Partial<FileSettings>>> = {
  // The first time it installs NumPy for each Python.
  'bridge/python/onnx-values.test.ts': { timeoutMs: 600_000 },
  'contract/size-limits.test.ts': { exclusive: true },
  'contract/tensorflow/external.test.ts': WITH_TENSORFLOW,
  'contract/tensorflow/own.test.ts': WITH_TENSORFLOW,
  'contract/tensorflow/sample-project.test.ts': WITH_TENSORFLOW,
  'contract/tensorflow/unservable.test.ts': WITH_TENSORFLOW,
  'images/engine.test.ts': WITH_CONTAINERS,
  'images/images.test.ts': WITH_CONTAINERS,
  'images/replicas.test.ts': WITH_CONTAINERS,
  'images/run.test.ts': WITH_CONTAINERS,
  'models/tensorflow/calls.test.ts': WITH_TENSORFLOW,
  'models/tensorflow/element-types.test.ts': WITH_TENSORFLOW,
  'models/tensorflow/protocol.test.ts': WITH_TENSORFLOW,
  'models/tensorflow/relay.test.ts': WITH_TENSORFLOW,
  'models/tensorflow/signatures.test.ts': WITH_TENSORFLOW,
  'models/tensorflow/tensor-response.test.ts': WITH_TENSORFLOW,
  'models/tensorflow/external/external-serving.test.ts': WITH_TENSORFLOW,
  'models/tensorflow/own/own-server.test.ts': WITH_TENSORFLOW,
  'models/tensorflow/own/own-serving.test.ts': WITH_TENSORFLOW,
  'package/build.test.ts': WITH_CONTAINERS,
  'package/compose/running.test.ts': WITH_CONTAINERS,
  'package/compose/sample.test.ts': WITH_CONTAINERS,
  'package/compose/serving.test.ts': WITH_CONTAINERS,
  'package/kubernetes/podman.test.ts': WITH_CONTAINERS,
  'package/layers.test.ts': WITH_CONTAINERS,
  'package/push.test.ts': WITH_CONTAINERS,
  'package/secrets.test.ts': WITH_CONTAINERS,
  'package/served.test.ts': WITH_CONTAINERS,
  // It takes a port that all others need.
  'supervisor/chain-port-taken.test.ts': { exclusive: true },
  'supervisor/chaos.test.ts': { timeoutMs: 400_000 + 10_000 * CHAOS_SECONDS },
  'supervisor/moving-killed.test.ts': { timeoutMs: 900_000 },
  'supervisor/moving-memory.test.ts': { timeoutMs: 900_000 },
  'supervisor/redis-chaos.test.ts': { timeoutMs: 480_000 + 3000 * CHAOS_SECONDS },
  // It measures how evenly hosts share.
  'supervisor/redis-hosts.test.ts': { exclusive: true, timeoutMs: 900_000 },
};

export function settingsOf(name: string, table: Readonly<Record<string, Partial<FileSettings>>>): FileSettings {
  return { ...DEFAULT_SETTINGS, ...table[name] };
}
