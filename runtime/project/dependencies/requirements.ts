import { createHash, type Hash } from 'node:crypto';
import { createReadStream } from 'node:fs';
import { lstat, readdir, readFile, readlink } from 'node:fs/promises';
import { dirname, join, relative, resolve } from 'node:path';
import { pipeline } from 'node:stream/promises';
import { isAtOrBelow } from '../below.ts';
import type { Environment } from '../environment.ts';
import { PROJECT_DIR } from '../image-dir.ts';
import { logicalLines, parseRequirementLine } from './requirement-line.ts';

/** A requirements file with all that it includes. */
export interface Requirements {
  /** Relative to the project folder. */
  readonly path: string;
  readonly isEmpty: boolean;
  /** Whether one is installed in place (`-e ./x`), so that its sources have to stay where they are. */
  readonly hasEditable: boolean;
  /** Changes with the text of every file, and with the content of the local paths that they name. */
  readonly fingerprint: string;
  /** The files of the project that are read, and the folders and files that are named; an empty path is the project itself. */
  readonly needs: readonly string[];
}

interface Reading {
  readonly projectDir: string;
  readonly environment: Environment;
  readonly hash: Hash;
  readonly seen: Set<string>;
  readonly needs: Set<string>;
  count: number;
  hasEditable: boolean;
}

/** Reads a requirements file of the snapshot. What is missing or cannot be read counts as such: pip then tells. */
export async function readRequirements(
  projectDir: string,
  path: string,
  environment: Environment,
): Promise<Requirements> {
  const reading: Reading = {
    projectDir,
    environment,
    hash: createHash('sha256'),
    seen: new Set(),
    needs: new Set(),
    count: 0,
    hasEditable: false,
  };
  await readInto(reading, join(projectDir, path));
  return {
    path,
    isEmpty: reading.count === 0,
    hasEditable: reading.hasEditable,
    fingerprint: reading.hash.digest('hex'),
    needs: [...reading.needs].sort(),
  };
}

async function readInto(reading: Reading, file: string): Promise<void> {
  if (reading.seen.has(file)) return;
  reading.seen.add(file);
  const content = await readFile(file, 'utf8').catch(() => null);
  // Counted, so that pip is started and says what is wrong with it.
  if (content === null) reading.count += 1;
  else note(reading, file);
  for (const line of logicalLines(content ?? 'missing')) {
    reading.hash.update(`${line}\0`);
    const parsed = parseRequirementLine(expanded(line, reading.environment));
    if (parsed.kind === 'requirement') reading.count += 1;
    if (parsed.kind === 'requirement' && parsed.editable) reading.hasEditable = true;
    if (parsed.kind === 'file') await readInto(reading, resolve(dirname(file), inProject(reading, parsed.path)));
    else if (parsed.localPath !== null) await hashLocal(reading, dirname(file), parsed.localPath);
  }
}

/** pip takes a path from the working directory, the folder of `--find-links` from the requirements file's when it is there. */
async function hashLocal(reading: Reading, folder: string, path: string): Promise<void> {
  const own = inProject(reading, path);
  for (const place of new Set([resolve(reading.projectDir, own), resolve(folder, own)])) {
    if ((await lstat(place).catch(() => null)) !== null) note(reading, place);
    await hashPath(reading.hash, place, '');
  }
}

/** Where the snapshot has what lies in the project in an image; any other path as it is. */
function inProject({ projectDir }: Reading, path: string): string {
  return isAtOrBelow(path, PROJECT_DIR) ? join(projectDir, relative(PROJECT_DIR, path)) : path;
}

function note({ projectDir, needs }: Reading, place: string): void {
  const path = relative(projectDir, place);
  if (!path.startsWith('..')) needs.add(path);
}

async function hashPath(hash: Hash, path: string, name: string): Promise<void> {
  const stats = await lstat(path).catch(() => null);
  if (stats === null) return;
  hash.update(`${name}\0`);
  if (stats.isSymbolicLink()) {
    hash.update(await readlink(path));
  } else if (stats.isDirectory()) {
    for (const entry of (await readdir(path)).sort()) await hashPath(hash, join(path, entry), `${name}/${entry}`);
  } else if (stats.isFile()) {
    await pipeline(createReadStream(path), async (chunks: AsyncIterable<Buffer>) => {
      for await (const chunk of chunks) hash.update(chunk);
    });
  }
}

function expanded(line: string, environment: Environment): string {
  return line.replace(/\$\{([A-Z0-9_]+)\}/g, (written, name: string) => environment[name] ?? written);
}
