import { commandOf, STOP_MARGIN_MS } from '../exported/plan.ts';
import { GATEWAY_PORT, PROJECT_DIR, STATE_DIR } from '../image-promises.ts';
import type { PonsContainers } from './api-service.ts';
import { configuredBy } from './configured-by.ts';
import { HARDENED } from './hardening.ts';
import { readOnlyMount, SMALL_TMP } from './mounts.ts';
import { literal, seconds } from './notation.ts';
import { REDIS } from './redis-service.ts';
import { URL_FILE } from './secrets.ts';

/** The file beside the compose file that tells the gateway of the APIs. */
export const GATEWAY_CONFIG = 'pons-gateway.yaml';

/** What takes the requests: published to this machine only, since it knows no accounts. `config` is the text of `GATEWAY_CONFIG`. */
export function gatewayService({ settings, user }: PonsContainers, config: string): object {
  return {
    image: literal(settings.gatewayImage),
    command: commandOf(settings, PROJECT_DIR, ['--role', 'gateway']),
    ...(user !== null && { user }),
    ...HARDENED,
    ...SMALL_TMP,
    labels: configuredBy(config),
    ports: [`127.0.0.1:\${PONS_PORT:-${GATEWAY_PORT}}:${GATEWAY_PORT}`],
    environment: { PONS_REDIS_URL_FILE: `/run/secrets/${URL_FILE}` },
    secrets: [URL_FILE],
    volumes: [
      readOnlyMount(`./${GATEWAY_CONFIG}`, `${PROJECT_DIR}/cortex.yaml`),
      { type: 'volume', target: STATE_DIR },
    ],
    depends_on: { [REDIS]: { condition: 'service_healthy' } },
    stop_grace_period: seconds(settings.drainMs + STOP_MARGIN_MS),
  };
}
