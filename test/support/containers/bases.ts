import { execFileSync } from 'node:child_process';
import { fileURLToPath } from 'node:url';

/** What the Dockerfiles of `images/` begin with. */
export const BASE_IMAGES = [
  'debian:bookworm-slim',
  'python:3.11-slim-bookworm',
  'node:24-bookworm-slim',
  'node:26-bookworm-slim',
] as const;

/** Makes stand-ins for the base images, and starts an engine where `DOCKER_HOST` is not set. */
export const baseImagesScript = fileURLToPath(new URL('base-images.sh', import.meta.url));

/** What the script needs; it would install them, which a test must not. */
const PROGRAMS = ['dockerd', 'iptables', 'debootstrap', 'docker-compose'];

export function missingPrograms(): string[] {
  return PROGRAMS.filter((program) => {
    try {
      execFileSync('/bin/sh', ['-c', `command -v ${program}`], { stdio: 'ignore' });
      return false;
    } catch {
      return true;
    }
  });
}
