import { GROUP_ID, USER_ID } from '../image-promises.ts';

/** What the restricted standard for pods asks for, and a root file system that nobody writes to. */
export const POD_SECURITY = {
  runAsNonRoot: true,
  runAsUser: USER_ID,
  runAsGroup: GROUP_ID,
  seccompProfile: { type: 'RuntimeDefault' },
};

export const CONTAINER_SECURITY = {
  allowPrivilegeEscalation: false,
  readOnlyRootFilesystem: true,
  capabilities: { drop: ['ALL'] },
};

/** For the group of the pod, in decimal: YAML 1.1 and 1.2 disagree about octal numbers. */
export const READABLE_BY_GROUP = 0o440;
