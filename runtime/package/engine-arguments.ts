import { join } from 'node:path';
import type { EngineName } from './engine.ts';
import { EPOCH_SECONDS } from './tar.ts';

export interface BuildRequest {
  readonly image: string;
  /** The build context. */
  readonly context: string;
  /** Absolute. */
  readonly dockerfile: string;
  /** The file that holds each secret. */
  readonly secrets: ReadonlyMap<string, string>;
  readonly buildArguments: Readonly<Record<string, string>>;
  /** Variables of the engine's own environment that are build arguments too, by name: their values are on no command line. */
  readonly inherited: readonly string[];
  /** The network of the steps, as the engine names it; null: its own choice. */
  readonly network: string | null;
  readonly useCache: boolean;
}

/** The command line, behind the name of the engine, that builds an image. No secret is on it. */
export function buildArguments(engine: EngineName, request: BuildRequest): string[] {
  const { image, context, dockerfile, secrets, network, useCache } = request;
  return [
    'build',
    // Podman's own format of images knows no health check; the time is that of `/run` too, which it changes itself.
    ...(engine === 'docker'
      ? ['--progress', 'plain']
      : ['--format', 'docker', '--layers', '--timestamp', String(EPOCH_SECONDS)]),
    ...['--file', dockerfile, '--tag', image],
    ...(network === null ? [] : ['--network', network]),
    ...(useCache ? [] : ['--no-cache']),
    ...[...secrets].flatMap(([id, file]) => ['--secret', `id=${id},src=${file}`]),
    ...Object.entries(request.buildArguments).flatMap(([name, value]) => ['--build-arg', `${name}=${value}`]),
    ...request.inherited.flatMap((name) => ['--build-arg', name]),
    context,
  ];
}

const LOOPBACK = /^(?:localhost|127(?:\.\d+){3}|\[::1\])(?::\d+)?\//;

/** The command line that pushes an image. */
export function pushArguments(engine: EngineName, image: string, folder: string): string[] {
  if (engine === 'docker') return ['push', image];
  // Docker does without encryption on loopback by itself.
  const plain = LOOPBACK.test(image) ? ['--tls-verify=false'] : [];
  return ['push', ...plain, '--digestfile', join(folder, DIGEST_FILE), image];
}

/** Where Podman writes the digest of what it has pushed. */
export const DIGEST_FILE = 'digest';
