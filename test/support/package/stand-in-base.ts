import { alone } from '../alone.ts';
import type { Engine } from '../containers/engine.ts';
import { lockOf } from '../containers/uses.ts';

/** What an image of Pons has as far as a build is concerned; `pons` tells only what it was asked for. */
const DOCKERFILE = `
FROM python:3.11-slim-bookworm
RUN python3 -m venv /opt/venv && install -d -o 10001 -g 0 -m 0775 /mnt/project \\
 && printf '#!/bin/sh\\necho "pons $*"\\n' > /usr/local/bin/pons && chmod 755 /usr/local/bin/pons
ENV PATH=/opt/venv/bin:\${PATH} HOME=/tmp
LABEL org.opencontainers.image.version="of the base"
WORKDIR /mnt/project
USER 10001:0
ENTRYPOINT ["pons"]
`;

/** Makes a base image that takes seconds; gives its name. */
export async function makeStandInBase({ docker, prefix }: Engine): Promise<string> {
  const image = `${prefix}/base:1`;
  // The first test file makes it, the others find it in the cache.
  await alone(lockOf('stand-in-base'), () =>
    docker(['build', '--quiet', '--network', 'host', '--tag', image, '-'], { input: DOCKERFILE }),
  );
  return image;
}
