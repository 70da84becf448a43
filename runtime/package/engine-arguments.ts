import { join } from 'node:path';
import type { SecretId } from './dockerfile.ts';
import type { EngineName } from './engine.ts';

export interface BuildRequest {
  readonly image: string;
  /** The build context. */
  readonly context: string;
  /** Absolute. */
  readonly dockerfile: string;
  /** The file that holds each secret. */
  readonly secrets: ReadonlyMap<SecretId, string>;
  readonly buildArguments: Readonly<Record<string, string>>;
  /** The network of the steps, as the engine names it; null: its own choice. */
  readonly network: string | null;
  readonly useCache: boolean;
}

/** The command line, behind the name of the engine, that builds an image. No secret is on it. */
export function buildArguments(engine: EngineName, request: BuildRequest): string[] {
  const { image, context, dockerfile, secrets, network, useCache } = request;
  return [
    'build',
    // Podman would leave out the health check, which its own format of images does not know.
    ...(engine === 'docker' ? ['--progress', 'plain'] : ['--format', 'docker', '--layers']),
    ...['--file', dockerfile, '--tag', image],
    ...(network === null ? [] : ['--network', network]),
    ...(useCache ? [] : ['--no-cache']),
    ...[...secrets].flatMap(([id, file]) => ['--secret', `id=${id},src=${file}`]),
    ...Object.entries(request.buildArguments).flatMap(([name, value]) => ['--build-arg', `${name}=${value}`]),
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
