import { createHash, type Hash } from 'node:crypto';
import { createReadStream } from 'node:fs';
import { copyFile, link, mkdir, readdir, readFile, stat, writeFile } from 'node:fs/promises';
import { dirname, join, resolve } from 'node:path';
import { CONTEXT_MARKER } from '../project/context-marker.ts';
import { installed } from '../processes/installation.ts';
import { shellWord } from '../processes/shell-word.ts';
import { makeFolder } from '../state/make-folder.ts';
import { filesFolder, MOUNT_POINTS, renderDockerfile } from './dockerfile.ts';
import { tarOf } from './tar.ts';
import type { ImagePlan, Step } from './plan.ts';

export interface ContextOptions {
  readonly plan: ImagePlan;
  /** The base image, by the name or digest that is to be built on. */
  readonly base: string;
  /** The names of what would be taken for a secret, and is none. */
  readonly notSecret: readonly string[];
  /** The folder that has the files of the plan. */
  readonly projectDir: string;
  /** The context goes to this folder, which must not be there, or be empty. */
  readonly dir: string;
}

/** Writes all that an engine needs to build an image, secrets left out: a Dockerfile, the programs of its steps, and their files. */
export async function writeContext({ plan, base, notSecret, projectDir, dir }: ContextOptions): Promise<void> {
  makeFolder(resolve(dir, 'environment'));
  // First, so that what is half written is replaced by the next one too.
  await writeFile(join(dir, CONTEXT_MARKER), '');
  const { named, unnamed } = byShellName(plan.environment);
  await writeFile(join(dir, 'environment', 'environment.sh'), shellAssignments(named));
  await writeFile(join(dir, 'environment', 'unnamed.json'), `${JSON.stringify(unnamed)}\n`);
  const excepted = JSON.stringify([...notSecret].sort());
  await writeFile(join(dir, 'environment', 'not-secret.json'), `${excepted}\n`);
  await writeFile(join(dir, MOUNT_POINTS), tarOf(['etc/', 'etc/hosts', 'etc/resolv.conf']));
  await mkdir(join(dir, 'layer'));
  const shared = createHash('sha256').update(JSON.stringify(plan.environment)).update(excepted);
  // Not in the images that serve, where nothing is built.
  const programs = installed('runtime', 'package', 'layer');
  for (const name of (await readdir(programs)).filter((file) => file.endsWith('.py')).sort()) {
    await copyFile(join(programs, name), join(dir, 'layer', name));
    shared.update(await readFile(join(programs, name)));
  }
  const fingerprints: string[] = [];
  for (const step of plan.steps) fingerprints.push(await writeFiles(step, shared.copy(), projectDir, dir));
  await writeFile(join(dir, 'Dockerfile'), renderDockerfile(plan, { base, fingerprints }));
}

async function writeFiles(step: Step, hash: Hash, projectDir: string, dir: string): Promise<string> {
  const folder = filesFolder(step);
  for (const path of [...step.files].sort()) {
    const [source, target] = [join(projectDir, path), join(dir, folder ?? '', path)];
    await mkdir(dirname(target), { recursive: true });
    await link(source, target).catch(() => copyFile(source, target));
    const isProgram = ((await stat(source)).mode & 0o100) !== 0;
    hash.update(`${path}\0${isProgram}\0`);
    hash.update(await digestOf(source));
  }
  return hash.digest('hex').slice(0, 16);
}

/** A piece at a time: a model may be larger than what memory takes at once. */
async function digestOf(file: string): Promise<Buffer> {
  const hash = createHash('sha256');
  for await (const piece of createReadStream(file)) hash.update(piece as Buffer);
  return hash.digest();
}

/** Parts the variables that a shell can name from those that it cannot, such as `a-b`, which a program can have all the same. */
function byShellName(variables: Readonly<Record<string, string>>) {
  const entries = Object.entries(variables);
  const hasName = ([name]: [string, string]): boolean => /^[A-Za-z_]\w*$/.test(name);
  return {
    named: Object.fromEntries(entries.filter(hasName)),
    unnamed: Object.fromEntries(entries.filter((entry) => !hasName(entry))),
  };
}

/** Lines that set variables when a shell reads them. */
export function shellAssignments(variables: Readonly<Record<string, string>>): string {
  return Object.entries(variables)
    .map(([name, value]) => `${name}=${shellWord(value)}\n`)
    .join('');
}
