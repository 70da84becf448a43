import { relative, sep } from 'node:path';
import { EXPORT_MARK } from '../../project/export-mark.ts';
import { servedOf, type ExportPlan } from '../exported/plan.ts';
import { gatewayConfig } from '../exported/gateway-config.ts';
import type { ExportKind } from '../exported/kind.ts';
import type { ExportedFile } from '../exported/write.ts';
import { yamlText } from '../exported/yaml-text.ts';
import { apiService, type PonsContainers } from './api-service.ts';
import { mountedBeside, PROJECT_KEY, projectIn } from './earlier-compose.ts';
import { GATEWAY_CONFIG, gatewayService } from './gateway-service.ts';
import { readerOf } from './reader.ts';
import { REDIS, REDIS_VOLUME, redisService, type AppendFsync } from './redis-service.ts';
import { PASSWORD_FILE, SECRETS_DIR, URL_FILE } from './secrets.ts';
import { servingConfigName, servingName, servingService } from './serving-service.ts';

export interface ComposeSettings {
  /** Absolute: the folder of the compose file. */
  readonly folder: string;
  readonly redisImage: string;
  readonly appendFsync: AppendFsync;
}

export const COMPOSE_FILE = 'docker-compose.yml';
export const COMPOSE_EXPORT: ExportKind = {
  name: 'compose',
  files: /^(?:docker-compose\.yml|pons-gateway\.yaml|tensorflow-[^/]+\.config)$/,
  index: COMPOSE_FILE,
  listedIn: mountedBeside,
  labelIn: (files) => files.map(({ text }) => projectIn(text))[0],
};
const GATEWAY = 'gateway';

/** A plan as a file for docker-compose 1.29 and 2, with what that file refers to besides the secrets. Pure: nothing is read or written. */
export function buildCompose(plan: ExportPlan, settings: ComposeSettings): readonly ExportedFile[] {
  const { project, apis } = plan;
  const projectPath = pathFrom(settings.folder, project.root);
  const containers: PonsContainers = {
    settings: plan.settings,
    served: servedOf(project),
    projectPath,
    user: readerOf(project.dotenv),
    hasDotenv: project.dotenv !== null,
  };
  const told = [`${EXPORT_MARK} compose: what the gateway knows of the APIs.`];
  const config = yamlText(told, [gatewayConfig(project.specs)]);
  const services: Record<string, object> = {
    [GATEWAY]: gatewayService(containers, config),
  };
  const files: ExportedFile[] = [{ path: GATEWAY_CONFIG, text: config }];
  for (const api of apis) {
    services[api.host] = apiService(api, containers);
    if (api.serving === null) continue;
    services[servingName(api)] = servingService(api, api.serving, projectPath);
    files.push({ path: servingConfigName(api), text: `# ${EXPORT_MARK} compose.\n${api.serving.config}` });
  }
  services[REDIS] = redisService(settings.redisImage, settings.appendFsync);
  const value = {
    [PROJECT_KEY]: plan.label,
    services,
    volumes: { [REDIS_VOLUME]: {} },
    secrets: Object.fromEntries([PASSWORD_FILE, URL_FILE].map((name) => [name, { file: `./${SECRETS_DIR}/${name}` }])),
  };
  const comment = [`${EXPORT_MARK} compose, which writes it anew: put what you add into docker-compose.override.yml.`];
  return [{ path: COMPOSE_FILE, text: yamlText(comment, [value]) }, ...files];
}

/** A path as docker-compose takes it for one: it begins with a dot or a slash. */
function pathFrom(folder: string, path: string): string {
  const way = relative(folder, path).split(sep).join('/');
  if (way === '') return '.';
  return way.startsWith('..') || way.startsWith('/') ? way : `./${way}`;
}
