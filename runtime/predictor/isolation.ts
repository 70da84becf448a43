import { mkdir, mkdtemp, rm, symlink, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { execa } from 'execa';
import { findOnPath } from '../processes/find-on-path.ts';
import { assertNoShortage, shortageSaid } from '../processes/shortage.ts';
import { assertSpawnRoom } from '../processes/spawn-room.ts';
import { launchScript, unshareArguments } from './launch-script.ts';

/** What this machine permits a predictor process to have of its own. */
export type Isolation =
  | {
      readonly kind: 'namespace';
      /** The path of `unshare`, and the PATH of the tools that it runs. */
      readonly unshare: string;
      readonly toolPath: string;
      /** null as root; else the ordinary user's ids, which the process keeps. */
      readonly userNamespace: { readonly uid: number; readonly gid: number } | null;
      /** Without it, each process works on a copy of the project. */
      readonly overlay: boolean;
    }
  /** All processes are in one container, which has all that they need for itself. */
  | { readonly kind: 'container' }
  | { readonly kind: 'none'; readonly reason: string };

const PROBE_TIMEOUT_MS = 5000;

/** Finds out by doing it: makes a view in a scratch folder below `folder` and looks whether it stands. Rejects with an error of the area MACHINE. */
export async function probeIsolation(folder: string): Promise<Isolation> {
  if (process.platform !== 'linux') return { kind: 'none', reason: 'mount namespaces are Linux only' };
  const toolPath = process.env['PATH'] ?? '';
  const unshare = await findOnPath('unshare', toolPath);
  if (unshare === null) return { kind: 'none', reason: 'there is no unshare on the PATH' };
  const { getuid, getgid } = process;
  const root = getuid?.() === 0;
  const userNamespace = root ? null : { uid: getuid?.() ?? 0, gid: getgid?.() ?? 0 };
  const permitted = { kind: 'namespace', unshare, toolPath, userNamespace } as const;
  if ((await tryView(folder, { ...permitted, overlay: true })) === null) return { ...permitted, overlay: true };
  const reason = await tryView(folder, { ...permitted, overlay: false });
  return reason === null ? { ...permitted, overlay: false } : { kind: 'none', reason };
}

/** null when it worked, else why not, on one line. */
async function tryView(folder: string, isolation: Isolation & { kind: 'namespace' }): Promise<string | null> {
  const { unshare, toolPath, userNamespace, overlay } = isolation;
  const runDir = await mkdtemp(join(folder, 'probe-'));
  try {
    const snapshot = join(runDir, 'snapshot');
    await mkdir(join(snapshot, 'folder'), { recursive: true });
    await makeRunDir(runDir, snapshot, '127.0.0.1 localhost\n');
    const keepVisible = runDir.startsWith('/tmp/') ? [join(runDir, 'project')] : [];
    const rename = overlay && userNamespace === null ? 'mv -T folder renamed && rm -r renamed' : 'true';
    const command = ['/bin/sh', '-c', `echo changed > file && ${rename}`];
    const layout = {
      runDir,
      overlay,
      unshare,
      toolPath,
      userNamespace,
      keepVisible,
      keepNames: [],
      shmSizeBytes: null,
    };
    const script = launchScript(layout, command);
    assertSpawnRoom(unshare);
    const result = await execa(unshare, [...unshareArguments(userNamespace !== null), script], {
      reject: false,
      stdin: 'ignore',
      timeout: PROBE_TIMEOUT_MS,
      env: { LC_ALL: 'C' },
    });
    if (!result.failed) return null;
    assertNoShortage(result, unshare);
    const lines = result.stderr.split('\n').filter((line) => line !== '');
    const shortage = shortageSaid(lines, unshare);
    if (shortage !== null) throw shortage;
    return lines.at(-1) ?? 'unshare failed';
  } finally {
    await removeRunDir(runDir);
  }
}

/** Lays out the folder that `launchScript` works in. `project` is empty: the overlay's mount point, or where a copy goes. */
export async function makeRunDir(runDir: string, snapshotDir: string, hosts: string): Promise<void> {
  await mkdir(runDir, { recursive: true });
  for (const name of ['upper', 'work', 'project']) await mkdir(join(runDir, name));
  await mkdir(join(runDir, 'tmp'), { mode: 0o777 });
  await symlink(snapshotDir, join(runDir, 'lower'));
  await writeFile(join(runDir, 'hosts'), hosts);
}

/** Removes a run folder, whatever user code left in it. */
export async function removeRunDir(runDir: string): Promise<void> {
  const remove = (): Promise<void> => rm(runDir, { recursive: true, force: true, maxRetries: 3 });
  await remove().catch(async () => {
    // The overlay leaves a folder without permissions, which only root may enter; user code can do the same anywhere.
    assertSpawnRoom('chmod');
    await execa('chmod', ['-R', 'u+rwX', '--', runDir], { reject: false, stdio: 'ignore' });
    await remove();
  });
}
