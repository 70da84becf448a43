import { awsErrors } from './catalog/aws.ts';
import { buildErrors } from './catalog/build.ts';
import { cliErrors } from './catalog/cli.ts';
import { configErrors } from './catalog/config.ts';
import { exportErrors } from './catalog/export.ts';
import { gatewayErrors } from './catalog/gateway.ts';
import { machineErrors } from './catalog/machine.ts';
import { modelDownloadErrors } from './catalog/model-downloads.ts';
import { modelErrors } from './catalog/models.ts';
import { moveErrors } from './catalog/move.ts';
import { payloadErrors } from './catalog/payloads.ts';
import { predictorErrors } from './catalog/predictor.ts';
import { projectErrors } from './catalog/project.ts';
import { redisErrors } from './catalog/redis.ts';
import { redisRoomErrors } from './catalog/redis-room.ts';
import { workloadErrors } from './catalog/workload.ts';

/** The one table of every error that Pons can show, by code. Its areas are files of their own; the documentation is generated from it. */
export const catalog = {
  ...awsErrors,
  ...buildErrors,
  ...cliErrors,
  ...configErrors,
  ...exportErrors,
  ...gatewayErrors,
  ...machineErrors,
  ...modelDownloadErrors,
  ...modelErrors,
  ...moveErrors,
  ...payloadErrors,
  ...predictorErrors,
  ...projectErrors,
  ...redisErrors,
  ...redisRoomErrors,
  ...workloadErrors,
};

export type ErrorCode = keyof typeof catalog;
export type FactsOf<C extends ErrorCode> = Parameters<(typeof catalog)[C]['message']>[0];
