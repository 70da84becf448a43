import { chmodSync, mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { parseAllDocuments, stringify } from 'yaml';
import { makeTempDir } from '../temp-dir.ts';

export interface Fitting {
  /** Of the pod. */
  readonly name: string;
  /** Of this machine, for its port `http`. */
  readonly hostPort: number;
  /** By container, what it gets beside its own: folders of this machine by their place in it. */
  readonly folders?: Readonly<Record<string, Readonly<Record<string, string>>>>;
}

interface Mount {
  name: string;
  mountPath: string;
  subPath?: string;
  readOnly?: boolean;
}

interface Container {
  readonly name: string;
  readonly ports?: readonly { readonly name: string; hostPort?: number }[];
  volumeMounts: Mount[];
}

interface Pod {
  readonly containers: readonly Container[];
  readonly initContainers?: readonly Container[];
  volumes: { readonly name: string; readonly emptyDir?: object; readonly hostPath?: object }[];
}

/** Else Podman 4 removes each when it has ended, and fails where it still takes it for running. */
const KEEPS_INIT_CONTAINERS = { 'io.podman.annotations.init.container.type': 'always' };

/**
 * The objects of a file as Podman can run them beside others: one replica, a port of this machine, volumes with names of their own, and folders of this
 * machine in the place of what a pod shares by `subPath`, which Podman 4 takes no notice of.
 */
export function fitted(text: string, { name, hostPort, folders = {} }: Fitting): string {
  const documents = parseAllDocuments(text, { version: '1.1' }).map((one) => one.toJS() as Record<string, unknown>);
  const kept = documents.filter(({ kind }) => kind === 'Deployment' || kind === 'ConfigMap');
  for (const { kind, metadata, spec } of kept) {
    if (kind !== 'Deployment') continue;
    const deployment = spec as { replicas?: number; template: { spec: Pod } };
    const pod = deployment.template.spec;
    deployment.replicas = 1;
    Object.assign(metadata as object, { annotations: KEEPS_INIT_CONTAINERS });
    for (const { ports = [] } of pod.containers)
      for (const port of ports) if (port.name === 'http') port.hostPort = hostPort;
    shareByFolders(pod);
    for (const container of pod.containers)
      for (const [mountPath, path] of Object.entries(folders[container.name] ?? {}))
        mountFolder(pod, container, { mountPath, readOnly: true }, path);
  }
  const all = kept.map((one) => stringify(one, { aliasDuplicateObjects: false })).join('---\n');
  return all.replaceAll(/name: (state|tmp)$/gm, `name: $1-${name}`);
}

function shareByFolders(pod: Pod): void {
  const containers = [...(pod.initContainers ?? []), ...pod.containers];
  const shared = new Set(containers.flatMap(({ volumeMounts }) => volumeMounts.filter(({ subPath }) => subPath)));
  for (const volume of pod.volumes.filter((one) => [...shared].some((mount) => mount.name === one.name))) {
    if (volume.emptyDir === undefined) throw new Error(`${volume.name} is no volume of the pod's own`);
    const folder = makeTempDir();
    chmodSync(folder, 0o777);
    for (const container of containers) {
      const mounts = container.volumeMounts.filter((mount) => mount.name === volume.name);
      container.volumeMounts = container.volumeMounts.filter((mount) => mount.name !== volume.name);
      for (const { mountPath, subPath = '', readOnly } of mounts)
        mountFolder(pod, container, { mountPath, ...(readOnly && { readOnly }) }, makeWritable(folder, subPath));
    }
    pod.volumes = pod.volumes.filter((one) => one !== volume);
  }
}

function mountFolder(pod: Pod, container: Container, mount: Omit<Mount, 'name'>, path: string): void {
  const name = `${container.name}${mount.mountPath.replaceAll(/[^a-z0-9]+/g, '-')}`;
  pod.volumes = [...pod.volumes, { name, hostPath: { path, type: 'Directory' } }];
  container.volumeMounts = [...container.volumeMounts, { name, ...mount }];
}

/** A folder below another one, with all on the way to it, for the user of a container. */
function makeWritable(folder: string, below: string): string {
  let path = folder;
  for (const part of below.split('/').filter((one) => one !== '')) {
    path = join(path, part);
    mkdirSync(path, { recursive: true });
    chmodSync(path, 0o777);
  }
  return path;
}
