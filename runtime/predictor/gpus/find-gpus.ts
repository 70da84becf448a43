import { readdir } from 'node:fs/promises';
import { execa } from 'execa';
import { findOnPath } from '../../processes/find-on-path.ts';
import { assertNoShortage } from '../../processes/shortage.ts';
import { assertSpawnRoom } from '../../processes/spawn-room.ts';

/** The GPUs that may be handed out, as `CUDA_VISIBLE_DEVICES` names them. */
export interface FoundGpus {
  readonly devices: readonly string[];
  /** Where they were looked up, as it follows "by". */
  readonly by: string;
}

const SMI_TIMEOUT_MS = 20_000;

/**
 * Finds NVIDIA's GPUs: those of `CUDA_VISIBLE_DEVICES` where the machine's environment has it, else what `nvidia-smi` lists, else the devices below
 * `/dev`. Rejects with an error of the area MACHINE where there is no room to ask.
 */
export async function findGpus(environment: NodeJS.ProcessEnv = process.env): Promise<FoundGpus> {
  const visible = environment['CUDA_VISIBLE_DEVICES'];
  if (visible !== undefined) return { devices: namedIn(visible), by: `CUDA_VISIBLE_DEVICES, which is "${visible}"` };
  const smi = await findOnPath('nvidia-smi', environment['PATH']);
  if (smi !== null) {
    assertSpawnRoom(smi);
    const listed = await execa(smi, ['--query-gpu=index', '--format=csv,noheader'], {
      reject: false,
      stdin: 'ignore',
      timeout: SMI_TIMEOUT_MS,
      forceKillAfterDelay: 1000,
    });
    assertNoShortage(listed, smi);
    if (!listed.failed) return { devices: numbersIn(listed.stdout.split('\n')), by: smi };
  }
  const names = await readdir('/dev').catch(() => []);
  const devices = numbersIn(names.map((name) => /^nvidia(\d+)$/.exec(name)?.[1] ?? ''));
  const failed = smi === null ? 'there is no nvidia-smi on the PATH' : `${smi} failed`;
  return { devices, by: `/dev/nvidia*, since ${failed}` };
}

/** As CUDA reads it: what comes behind a name that is none is not visible. Source: the CUDA C programming guide, environment variables */
function namedIn(visible: string): string[] {
  const names = visible.split(',').map((name) => name.trim());
  const end = names.findIndex((name) => !/^(\d+|GPU-[-0-9a-fA-F]+|MIG-[-/0-9a-zA-Z]+)$/.test(name));
  return [...new Set(end < 0 ? names : names.slice(0, end))];
}

function numbersIn(texts: readonly string[]): string[] {
  const numbers = texts.map((text) => text.trim()).filter((text) => /^\d+$/.test(text));
  return numbers.sort((a, b) => Number(a) - Number(b));
}
