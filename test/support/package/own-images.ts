import { execFileSync } from 'node:child_process';
import { copyFileSync, mkdirSync, writeFileSync } from 'node:fs';
import { basename, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import type { Engine } from '../containers/engine.ts';
import { makeTempDir } from '../temp-dir.ts';

const ROOT = fileURLToPath(new URL('../../..', import.meta.url));
/** The first time, packages are installed. */
const BUILD_MS = 600_000;
/** What every image of Debian has. */
const EVERYWHERE = /^(?:ld-linux|libc|libm|libdl|librt|libpthread)[-.]/;

/** Builds one of the images of `images/` from the source at hand, under a name of this run; resolves to that. */
export async function ownImage({ docker, prefix }: Engine, folder: string): Promise<string> {
  const image = `${prefix}/pons/${folder}:1`;
  const dockerfile = join(ROOT, 'images', folder, 'Dockerfile');
  await docker(['build', '--network', 'host', '--quiet', '--tag', image, '--file', dockerfile, ROOT], {
    timeoutMs: BUILD_MS,
  });
  return image;
}

/** A stand-in for the image of Redis, which no registry may be there for: this machine's Redis, and the user that the real one has. */
export async function redisImage({ docker, prefix }: Engine): Promise<string> {
  const context = makeTempDir();
  mkdirSync(join(context, 'lib'));
  for (const program of ['redis-server', 'redis-cli']) {
    const path = execFileSync('/bin/sh', ['-c', `command -v ${program}`], { encoding: 'utf8' }).trim();
    copyFileSync(path, join(context, program));
    for (const [, library = ''] of execFileSync('ldd', [path], { encoding: 'utf8' }).matchAll(/=> (\S+) \(/g)) {
      if (!EVERYWHERE.test(basename(library))) copyFileSync(library, join(context, 'lib', basename(library)));
    }
  }
  const lines = [
    'FROM debian:bookworm-slim',
    'COPY redis-server redis-cli /usr/local/bin/',
    'COPY lib /opt/redis-lib',
    'ENV LD_LIBRARY_PATH=/opt/redis-lib',
    'RUN useradd --uid 999 --no-create-home redis && install -d -o 999 -g 999 /data',
    'VOLUME /data',
    '',
  ];
  writeFileSync(join(context, 'Dockerfile'), lines.join('\n'));
  const image = `${prefix}/redis:1`;
  await docker(['build', '--network', 'none', '--quiet', '--tag', image, context]);
  return image;
}
