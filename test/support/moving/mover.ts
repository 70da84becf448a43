import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import * as assert from 'uvu/assert';
import { exportWorkloads } from '../../../runtime/workloads/moving/export.ts';
import type { WorkloadStore } from '../../../runtime/workloads/store.ts';
import { withStoreAt } from '../../workloads/embedded/with-store.ts';
import { submitBytes } from '../../workloads/samples.ts';
import { pons, type Ran } from '../pons.ts';
import { makeProject, oneApi, predicting } from '../project.ts';
import { makeTempDir } from '../temp-dir.ts';

/** Where a deployment keeps its workloads. */
export type Place = { readonly stateDir: string } | { readonly redis: string };

/** The options that name a place. */
function flagsOf(place: Place): string[] {
  return 'redis' in place ? ['--redis', place.redis] : ['--state-dir', place.stateDir];
}

export function exportArguments(project: string, place: Place, file: string): string[] {
  return ['export-state', project, ...flagsOf(place), '--to', file];
}

export function importArguments(project: string, place: Place, file: string): string[] {
  return ['import-state', project, ...flagsOf(place), '--from', file];
}

/** A state folder with these workloads of an API, which wait. */
export async function filled(
  bodies: Readonly<Record<string, string | Buffer>>,
  api = 'api',
): Promise<{ readonly stateDir: string }> {
  const stateDir = makeTempDir();
  await withStoreAt(stateDir, async (store) => {
    for (const [id, body] of Object.entries(bodies)) await submitBytes(store, api, id, Buffer.from(body));
  });
  return { stateDir };
}

/** Exports all of a state folder to a new file, as the command does it; resolves to its path. */
export async function exportOf({ stateDir }: { readonly stateDir: string }): Promise<string> {
  const path = join(makeTempDir(), 'workloads.pons');
  await withStoreAt(stateDir, (store) => exportTo(path, store));
  return path;
}

/** Exports all of a store. */
export async function exportTo(
  path: string,
  store: WorkloadStore,
  confirm: () => Promise<void> = () => Promise.resolve(),
  signal = new AbortController().signal,
): Promise<void> {
  const apis = await store.carriage.apis();
  const ignore = (): void => undefined;
  await exportWorkloads({ store, apis, path, confirm, onWorkload: ignore, onLeftOut: ignore, signal });
}

/** Exports what is in a place to a new file; resolves to its path. */
export async function exported(project: string, place: Place): Promise<string> {
  const file = join(makeTempDir(), 'workloads.pons');
  succeeded(await pons(exportArguments(project, place, file)));
  return file;
}

/** Imports a file into a place; resolves to what is said of it. */
export async function imported(project: string, place: Place, file: string): Promise<string> {
  return succeeded(await pons(importArguments(project, place, file)));
}

function succeeded({ code, stdout, stderr }: Ran): string {
  assert.is(code, 0, `${stdout}\n${stderr}`);
  return stdout;
}

/** The lines of an export without head and checksums: what two exports of the same workloads have in common. */
export function contentsOf(file: string): string[] {
  const lines = readFileSync(file, 'utf8').split('\n').slice(1, -1);
  return lines.map((line) => line.replace(/,"crc32":"[0-9a-f]{8}"\}$/, '}'));
}

/** A project that nobody serves. */
export function idleProject(): string {
  return makeProject({ 'cortex.yaml': oneApi(), 'predictor.py': predicting('return {}') });
}
