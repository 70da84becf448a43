import { posix } from 'node:path';
import { commandOf, STOP_MARGIN_MS, type ExportedApi, type ExportSettings } from '../exported/plan.ts';
import { SERVING_PORT } from '../exported/serving.ts';
import { PROJECT_DIR, STATE_DIR } from '../image-promises.ts';
import { isThere } from '../model-places.ts';
import { HARDENED } from './hardening.ts';
import { limits } from './limits.ts';
import { LARGE_TMP, readOnlyMount } from './mounts.ts';
import { literal, seconds } from './notation.ts';
import { REDIS } from './redis-service.ts';
import { URL_FILE } from './secrets.ts';
import { servingName } from './serving-service.ts';

/** What is in common to the containers of a compose project that run Pons. */
export interface PonsContainers {
  readonly settings: ExportSettings;
  /** What the containers of APIs serve. */
  readonly served: string;
  /** From the compose file to the project, with `/`, such as `.` or `../project`. */
  readonly projectPath: string;
  /** The `uid:gid` to run as where the image's own may not read what is mounted; null: the image's own. */
  readonly user: string | null;
  readonly hasDotenv: boolean;
}

/** The predictors of one API: as many containers as it has replicas at least. */
export function apiService(api: ExportedApi, containers: PonsContainers): object {
  const { spec, host, serving, shares } = api;
  return {
    image: literal(api.image),
    command: commandOf(containers.settings, containers.served, ['--api', spec.name]),
    ...(containers.user !== null && { user: containers.user }),
    ...HARDENED,
    scale: spec.autoscaling.minReplicas,
    ...limits(shares.predictor, spec.predictor.shmSizeBytes),
    environment: {
      PONS_REDIS_URL_FILE: `/run/secrets/${URL_FILE}`,
      ...(serving !== null && { PONS_TENSORFLOW_SERVING: `${servingName(api)}:${SERVING_PORT}` }),
    },
    secrets: [URL_FILE],
    volumes: [
      // Without a name, so that each replica has its own: two of them never share a state folder.
      { type: 'volume', target: STATE_DIR },
      LARGE_TMP,
      ...dotenvMount(containers),
      ...api.mountedModels.filter(isThere).map(({ path }) => mountOf(containers.projectPath, path)),
    ],
    networks: { default: { aliases: [host] } },
    depends_on: {
      [REDIS]: { condition: 'service_healthy' },
      ...(serving !== null && { [servingName(api)]: { condition: 'service_healthy' } }),
    },
    stop_grace_period: seconds(containers.settings.drainMs + STOP_MARGIN_MS),
  };
}

/** The `.env` of the project, which is in no image. */
function dotenvMount({ hasDotenv, projectPath }: PonsContainers): readonly object[] {
  return hasDotenv ? [mountOf(projectPath, '.env')] : [];
}

function mountOf(projectPath: string, path: string): object {
  return readOnlyMount(`${projectPath}/${path}`, posix.join(PROJECT_DIR, path));
}
