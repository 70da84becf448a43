/**
 * The shell script that turns a fresh mount namespace into what one predictor process sees, then becomes the process.
 * Paths of the overlay are relative to the process's run folder, so that no character of a path can be taken for an option.
 */

import { dirname } from 'node:path';
import { shellWord } from '../processes/shell-word.ts';
import type { ProgramName } from './program-names.ts';

export interface NamespaceLayout {
  /** Holds `lower` (a link to the snapshot), `upper`, `work`, `project` (the mount point), `tmp` and `hosts`. */
  readonly runDir: string;
  readonly overlay: boolean;
  /** The path of `unshare`. */
  readonly unshare: string;
  /** The PATH on which `mount`, `mkdir`, `ln`, `touch` and `env` are found. */
  readonly toolPath: string;
  /** With user namespaces the overlay keeps its notes in attributes that an ordinary user may write. */
  readonly userNamespace: { readonly uid: number; readonly gid: number } | null;
  /** What must stay visible although it lies below `/tmp`, which is covered by the process's own. */
  readonly keepVisible: readonly string[];
  /** By what names the command is found there, where none of `keepVisible` has them. */
  readonly keepNames: readonly ProgramName[];
  /** Of a `/dev/shm` of its own; null where it has the machine's. */
  readonly shmSizeBytes: number | null;
}

/** Exit code of the script when the view could not be made; the reason is on stderr. */
const LAUNCH_FAILED = 97;

export function launchScript(layout: NamespaceLayout, command: readonly string[]): string {
  const lines = [
    `trap 'test $? -eq 0 || exit ${LAUNCH_FAILED}' EXIT`,
    'set -e',
    // The environment is the user's: what it does to the tools of this script is not meant.
    `clean() { PATH=${shellWord(layout.toolPath)} env -i PATH=${shellWord(layout.toolPath)} "$@"; }`,
    `cd ${shellWord(layout.runDir)}`,
    ...(layout.overlay ? [overlayLine(layout)] : []),
    ...layout.keepVisible.flatMap(keepVisibleLines),
    ...layout.keepNames.flatMap(keepNameLines),
    'clean mount --rbind tmp /tmp',
    'clean mount --bind hosts /etc/hosts',
    ...(layout.shmSizeBytes === null ? [] : [shmLine(layout.shmSizeBytes)]),
    `cd ${shellWord(`${layout.runDir}/project`)}`,
    'trap - EXIT',
    `exec ${[...dropPrivileges(layout), ...command].map(shellWord).join(' ')}`,
  ];
  return lines.join('\n');
}

/** The arguments of `unshare` that give a private mount namespace, as root or as an ordinary user. */
export function unshareArguments(userNamespace: boolean): string[] {
  const user = userNamespace ? ['--user', '--map-root-user'] : [];
  return [...user, '--mount', '--propagation', 'private', '/bin/sh', '-c'];
}

function overlayLine(layout: NamespaceLayout): string {
  // Without `redirect_dir` a folder of the project cannot be renamed; an ordinary user may not ask for it.
  const options = layout.userNamespace === null ? 'redirect_dir=on' : 'userxattr';
  return `clean mount -t overlay overlay -o lowerdir=lower,upperdir=upper,workdir=work,${options} project`;
}

function shmLine(sizeBytes: number): string {
  return `clean mount -t tmpfs -o size=${sizeBytes},mode=1777,nosuid,nodev shm /dev/shm`;
}

function keepVisibleLines(path: string): string[] {
  const inside = shellWord(insideOf(path));
  return [`clean mkdir -p ${inside}`, `clean mount --rbind ${shellWord(path)} ${inside}`];
}

function keepNameLines({ path, target }: ProgramName): string[] {
  const inside = insideOf(path);
  const folder = `clean mkdir -p ${shellWord(dirname(inside))}`;
  if (target !== null) return [folder, `clean ln -s ${shellWord(target)} ${shellWord(inside)}`];
  return [folder, `clean touch ${shellWord(inside)}`, `clean mount --bind ${shellWord(path)} ${shellWord(inside)}`];
}

/** Where a path below `/tmp` lies in what becomes the process's own. */
function insideOf(path: string): string {
  return `tmp/${path.slice('/tmp/'.length)}`;
}

function dropPrivileges(layout: NamespaceLayout): string[] {
  if (layout.userNamespace === null) return [];
  const { uid, gid } = layout.userNamespace;
  return [layout.unshare, '--user', `--map-user=${uid}`, `--map-group=${gid}`];
}
