import type { Logger } from '../log/logger.ts';
import type { Takes } from '../gateway/server.ts';
import type { ServingAddress } from '../models/tensorflow/address.ts';
import type { BlobLocation } from '../workloads/blobs/location.ts';
import type { RedisAddress } from '../workloads/redis/address.ts';
import type { Project } from './project.ts';
import type { StopRequests } from './signals.ts';

/** What a process of those that share a Redis does: it takes requests, it runs predictors, or both. */
export type Role = 'both' | 'gateway' | 'predictors';

export interface ServeOptions {
  /** The project's folder or configuration file. */
  readonly path: string;
  readonly host: string;
  readonly port: number;
  /** The APIs to serve, by name; null: all of the configuration file. */
  readonly apis: readonly string[] | null;
  /**
   * Whether this program has a container of its own: the project is used where it lies, with `python` as it is, and `api-<name>` are names that the
   * network knows.
   */
  readonly inContainer: boolean;
  /** null: `.pons` in the project. */
  readonly stateDir: string | null;
  /** null: workloads are kept in the state folder, and the role is `both`. */
  readonly redis: RedisAddress | null;
  /** null: large bodies are kept where the workloads are. */
  readonly payloads: BlobLocation | null;
  readonly role: Role;
  readonly python: string | null;
  readonly runDependenciesSh: boolean;
  readonly allowedHosts: readonly string[];
  readonly startTimeoutMs: number;
  /** How long a stop waits for workloads in flight, which are given back then; null: until they have ended. */
  readonly drainMs: number | null;
  readonly maxBodyBytes: number;
  /** null: one is started where it is needed. */
  readonly tensorflowServing: ServingAddress | null;
  readonly logger: Logger;
  readonly stop: StopRequests;
  /** Called once, when requests are answered at `url`; `takes` tells which. */
  readonly serving: (url: string, project: Project, takes: Takes) => void;
}
