/** The user of Pons's images, and the group that may write wherever there is something to write. */
const POD_USER = { runAsUser: 10_001, runAsGroup: 0 };

/** What the restricted standard for pods asks for, and a root file system that nobody writes to. */
export const POD_SECURITY = {
  runAsNonRoot: true,
  ...POD_USER,
  seccompProfile: { type: 'RuntimeDefault' },
};

export const CONTAINER_SECURITY = {
  allowPrivilegeEscalation: false,
  readOnlyRootFilesystem: true,
  capabilities: { drop: ['ALL'] },
};

/** For the group of the pod, in decimal: YAML 1.1 and 1.2 disagree about octal numbers. */
export const READABLE_BY_GROUP = 0o440;
