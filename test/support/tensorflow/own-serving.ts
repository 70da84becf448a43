import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import type { LocalModel } from '../../../runtime/models/model-version.ts';
import { OwnServing, type OwnServingOptions } from '../../../runtime/models/tensorflow/own/own-serving.ts';
import { probeSetpriv } from '../../../runtime/processes/parent-death.ts';
import { Reaper } from '../../../runtime/processes/reaper.ts';
import { makeTempDir } from '../temp-dir.ts';
import type { Tensorflow } from './installed.ts';
import { listeningLogger } from './listening-logger.ts';
import { standInProgram, START_MS } from './stand-in.ts';

export interface StartedServing {
  readonly serving: OwnServing;
  readonly folder: string;
  readonly lines: { message: string; levelname: string }[];
  /** Resolves to the server's process once it is another one than `other`. */
  readonly nextPid: (other: number | null) => Promise<number>;
  readonly close: () => Promise<void>;
}

/** Starts the stand-in as an API's own server. */
export async function startOwnServing(
  tensorflow: Tensorflow,
  options: Partial<OwnServingOptions> = {},
  signal = new AbortController().signal,
): Promise<StartedServing> {
  const { logger, lines } = listeningLogger();
  const reaper = new Reaper();
  const folder = join(makeTempDir(), 'tensorflow');
  const serving = await OwnServing.open(
    {
      program: standInProgram(tensorflow),
      env: process.env as Record<string, string>,
      logger,
      reaper,
      setpriv: await probeSetpriv(),
      folder,
      signatureKeyOf: () => null,
      startTimeoutMs: START_MS,
      limits: { callTimeoutMs: 60_000, retryMs: START_MS },
      ...options,
    },
    signal,
  ).catch(async (error: unknown) => {
    await reaper.close();
    throw error;
  });
  return {
    serving,
    folder,
    lines,
    nextPid: async (other) => {
      while (serving.pid === null || serving.pid === other) await pause(20);
      return serving.pid;
    },
    close: async () => {
      await serving.close();
      await reaper.close();
    },
  };
}

/** A version as a tree hands it over. */
export function localModel(name: string, version: string, path: string, fingerprint = path): LocalModel {
  return { name, version, path, shown: path, fingerprint, modifiedAt: Date.now() };
}
