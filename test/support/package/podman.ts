import { existsSync, mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { execa } from 'execa';
import { findOnPath } from '../../../runtime/processes/find-on-path.ts';
import { makeTempDir } from '../temp-dir.ts';

/** Podman with images of its own, which are gone when the test is over. */
export interface Podman {
  readonly environment: Readonly<Record<string, string>>;
  readonly podman: (args: readonly string[]) => Promise<string>;
  readonly end: () => Promise<void>;
}

const RUNC = '/usr/sbin/runc';
const PROBE_MS = 30_000;

/** Sets up Podman; or tells why it cannot be used, in words that begin with "podman". */
export async function startPodman(): Promise<Podman | string> {
  const program = await findOnPath('podman', process.env['PATH']);
  if (program === null) return 'podman: it is not installed';
  const folder = makeTempDir();
  const storage = `[storage]\ndriver = "overlay"\ngraphroot = "${folder}/images"\nrunroot = "${folder}/run"\n`;
  writeFileSync(join(folder, 'storage.conf'), storage);
  // crun, the usual one, refuses machines that have both versions of control groups.
  const runtime = existsSync(RUNC) ? `runtime = "runc"\n[engine.runtimes]\nrunc = ["${RUNC}"]\n` : '';
  // Nothing is shared with another Podman of this machine, whose reset would take it away; limits are none that it might not set.
  const own = `tmp_dir = "${folder}/tmp"\ncgroup_manager = "cgroupfs"\n`;
  const limits = '[containers]\ndefault_ulimits = ["nofile=1024:1024", "nproc=4096:4096"]\n';
  const network = `[network]\nnetwork_backend = "netavark"\nnetwork_config_dir = "${folder}/networks"\n`;
  mkdirSync(join(folder, 'networks'));
  writeFileSync(join(folder, 'containers.conf'), `${limits}${network}[engine]\n${own}${runtime}`);
  const environment = {
    CONTAINERS_STORAGE_CONF: join(folder, 'storage.conf'),
    CONTAINERS_CONF: join(folder, 'containers.conf'),
  };
  const podman = async (args: readonly string[]): Promise<string> =>
    (await execa(program, args, { stdin: 'ignore', env: environment })).stdout;
  const end = async (): Promise<void> => {
    // Its layers are mount points, which cannot be removed as files.
    await execa(program, ['system', 'reset', '--force'], { env: environment, reject: false });
  };
  const probe = await execa(program, ['info'], { env: environment, reject: false, timeout: PROBE_MS });
  if (probe.exitCode === 0) return { environment, podman, end };
  return `podman: ${probe.stderr.trim().split('\n').at(-1) ?? 'it does not answer'}`;
}
