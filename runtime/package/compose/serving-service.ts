import { LOADING_MS, type ExportedApi } from '../exported/plan.ts';
import { SERVING_COMMAND, SERVING_CONFIG, SERVING_PORT, type ServingPlan } from '../exported/serving.ts';
import { GROUP_ID, USER_ID } from '../image-promises.ts';
import { configuredBy } from './configured-by.ts';
import { HARDENED } from './hardening.ts';
import { limits } from './limits.ts';
import { readOnlyMount, SMALL_TMP } from './mounts.ts';
import { literal, seconds } from './notation.ts';

/** The name of the service that runs the models of an API. */
export function servingName({ spec }: ExportedApi): string {
  return `tensorflow-${spec.name}`;
}

/** The TensorFlow Serving of one API, with its models from the project, also where the API's image holds them: two images share no files. */
export function servingService(api: ExportedApi, serving: ServingPlan, projectPath: string): object {
  const mounts = serving.models
    .filter(({ isLocal }) => isLocal)
    .map(({ location, mountPath }) => readOnlyMount(`${projectPath}/${location}`, mountPath));
  return {
    image: literal(serving.image),
    entrypoint: [...SERVING_COMMAND],
    user: `${USER_ID}:${GROUP_ID}`,
    ...HARDENED,
    ...SMALL_TMP,
    labels: configuredBy(serving.config),
    ...limits(api.shares.serving, null),
    // It listens once its models are loaded. Its images have bash, and no client.
    healthcheck: {
      test: ['CMD', 'bash', '-c', `exec 3<>/dev/tcp/127.0.0.1/${SERVING_PORT}`],
      interval: '2s',
      timeout: '3s',
      retries: 3,
      start_period: seconds(LOADING_MS),
    },
    volumes: [readOnlyMount(`./${servingConfigName(api)}`, SERVING_CONFIG), ...mounts],
  };
}

/** The file beside the compose file that tells the server of its models. */
export function servingConfigName(api: ExportedApi): string {
  return `${servingName(api)}.config`;
}
