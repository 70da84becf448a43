import { posix } from 'node:path';
import { shellWord } from '../../processes/shell-word.ts';
import type { ExportedApi } from '../exported/plan.ts';
import type { ServedModel } from '../exported/serving.ts';
import { PROJECT_DIR } from '../image-promises.ts';
import { resourcesOf } from './container.ts';
import { CONTAINER_SECURITY } from './pod-security.ts';

/** The volume that they are copied to. */
export const COPIED = 'copied-models';

/** What copies models out of the API's image, since the server's has no part in that, before the server starts. */
export function copying(api: ExportedApi, models: readonly ServedModel[]): object {
  const script = models.map(
    ({ location, mountPath }) =>
      `mkdir -p ${shellWord(`/copied${mountPath}`)} && cp -R ${shellWord(`${posix.join(PROJECT_DIR, location)}/.`)} ${shellWord(`/copied${mountPath}`)}`,
  );
  return {
    name: 'copy-models',
    image: api.image,
    command: ['sh', '-ec', script.join('\n')],
    resources: resourcesOf({ cpuMillis: 100, memory: null, gpu: 0 }),
    securityContext: CONTAINER_SECURITY,
    volumeMounts: [{ name: COPIED, mountPath: '/copied' }],
  };
}

/** Where the server sees one of them. */
export function copied({ mountPath }: ServedModel): object {
  return { name: COPIED, mountPath, subPath: mountPath.slice(1), readOnly: true };
}
