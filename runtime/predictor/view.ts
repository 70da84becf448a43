import { mkdir, readFile } from 'node:fs/promises';
import { join, normalize, sep } from 'node:path';
import { copyView } from '../project/staging.ts';
import { firstVictim } from '../processes/first-victim.ts';
import type { Isolation } from './isolation.ts';
import { makeRunDir } from './isolation.ts';
import { launchScript, unshareArguments } from './launch-script.ts';
import { programNames } from './program-names.ts';

export interface ViewOptions {
  readonly isolation: Isolation;
  readonly runDir: string;
  readonly snapshotDir: string;
  /** Host name to loopback address, for the process's own hosts file. */
  readonly hosts: Readonly<Record<string, string>>;
  /** Absolute folders that the process needs although they may lie below `/tmp`. */
  readonly needed: readonly string[];
  /** The absolute path of the program that is to run, which may be a link below `/tmp`, or lead to one. */
  readonly program: string;
  /** Of a `/dev/shm` of its own; null: it has the machine's, as where there are no mount namespaces. */
  readonly shmSizeBytes: number | null;
}

/** What one predictor process sees of the project, and how to start a command in it. */
export interface View {
  readonly projectDir: string;
  /** Whether no other process sees the project in that folder. */
  readonly ownProjectDir: boolean;
  /** Whether the process enters a mount namespace of its own. */
  readonly ownNamespace: boolean;
  readonly command: (program: string, args: readonly string[]) => readonly [file: string, args: readonly string[]];
}

export async function prepareView(options: ViewOptions): Promise<View> {
  const { isolation, runDir, snapshotDir, shmSizeBytes } = options;
  const asItIs: View['command'] = (program, args) => [program, args];
  if (isolation.kind === 'container') {
    await mkdir(runDir, { recursive: true });
    return { projectDir: snapshotDir, ownProjectDir: false, ownNamespace: false, command: await firstVictim() };
  }
  const projectDir = join(runDir, 'project');
  await makeRunDir(runDir, snapshotDir, await hostsFile(options.hosts));
  const overlay = isolation.kind === 'namespace' && isolation.overlay;
  if (!overlay) await copyView(snapshotDir, projectDir);
  if (isolation.kind === 'none') return { projectDir, ownProjectDir: true, ownNamespace: false, command: asItIs };
  const { unshare, toolPath, userNamespace } = isolation;
  const keepVisible = outermost([projectDir, ...options.needed].filter(isHidden));
  const names = await programNames(normalize(options.program));
  const keepNames = names.filter(({ path }) => isHidden(path) && !keepVisible.some((folder) => isBelow(path, folder)));
  return {
    projectDir,
    ownProjectDir: true,
    ownNamespace: true,
    command: (program, args) => [
      unshare,
      [
        ...unshareArguments(userNamespace !== null),
        launchScript({ runDir, overlay, unshare, toolPath, userNamespace, keepVisible, keepNames, shmSizeBytes }, [
          program,
          ...args,
        ]),
      ],
    ],
  };
}

async function hostsFile(hosts: Readonly<Record<string, string>>): Promise<string> {
  const machine = await readFile('/etc/hosts', 'utf8').catch(() => '127.0.0.1 localhost\n');
  const ours = Object.entries(hosts).map(([name, address]) => `${address} ${name}`);
  return `${machine.trimEnd()}\n${ours.join('\n')}\n`;
}

/** Drops every path that lies below another one of the list: binding it twice would hide the first. */
function outermost(paths: readonly string[]): string[] {
  const unique = [...new Set(paths)].sort();
  return unique.filter((path) => !unique.some((other) => isBelow(path, other)));
}

/** Whether the process's own `/tmp` covers it. What only seems to lie there, by a `..` behind, does not. */
function isHidden(path: string): boolean {
  return isBelow(normalize(path), `${sep}tmp`);
}

function isBelow(path: string, folder: string): boolean {
  return path.startsWith(folder + sep);
}
