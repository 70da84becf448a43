import type { ModelsSpec } from '../config/spec.ts';
import type { Logger } from '../log/logger.ts';
import type { Reaper } from '../processes/reaper.ts';
import type { ServingAddress } from './tensorflow/address.ts';

/** What it takes to serve the models of one API. */
export interface RelayOptions {
  /** The name of the API. */
  readonly api: string;
  readonly type: 'onnx' | 'tensorflow';
  readonly models: ModelsSpec;
  /** What `compute.cpu` of all replicas is together, in thousandths of a processor. */
  readonly cpuMillis: number;
  /** Absolute: what local locations are relative to. */
  readonly projectRoot: string;
  /** Absolute: downloads are kept there. */
  readonly stateDir: string;
  /** Absolute, and made if need be: what lasts as long as this run. */
  readonly runDir: string;
  /** A folder that is there, into which nobody else comes, and which the processes see: for sockets that they connect to. null: there is none. */
  readonly laneDir: string | null;
  /** The project's variables, those of AWS and PATH among them. */
  readonly environment: Readonly<Record<string, string | undefined>>;
  /** The TensorFlow Serving that the user has named; null: none. */
  readonly tensorflowServing: ServingAddress | null;
  /** Whether one broken version is an error also where an older one can be served, as for a check. */
  readonly needsAll: boolean;
  readonly logger: Logger;
  /** Takes a sentence for people now and then while models are downloaded. */
  readonly say: (line: string) => void;
  readonly reaper: Reaper;
  /** What `probeSetpriv` finds. */
  readonly setpriv: string | null;
  /** Ends the start. */
  readonly signal: AbortSignal;
}
