import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { KnownError } from '../errors/known-error.ts';
import { DIGEST_FILE, pushArguments } from './engine-arguments.ts';
import { runEngine, type EngineOptions } from './run-engine.ts';

const DIGEST = /\bdigest: (?<digest>sha256:[0-9a-f]{64})/;

/** Pushes an image to its registry and gives its digest there. `folder` is for the engine's notes. Fails with `PONS_ERR_BUILD_PUSH_FAILED`. */
export async function pushImage(image: string, folder: string, options: EngineOptions): Promise<string> {
  const printed: string[] = [];
  const say = (line: string): void => {
    printed.push(line);
    options.say(`push: ${line}`);
  };
  const { ok, outcome, lastLines } = await runEngine(
    { ...options, say },
    pushArguments(options.engine.name, image, folder),
  );
  const digest =
    options.engine.name === 'podman'
      ? await readFile(join(folder, DIGEST_FILE), 'utf8').catch(() => '')
      : (printed.map((line) => DIGEST.exec(line)?.groups?.['digest']).findLast((one) => one !== undefined) ?? '');
  if (!ok || digest === '') throw KnownError.of('PONS_ERR_BUILD_PUSH_FAILED', { image, outcome, lastLines });
  return digest.trim();
}
