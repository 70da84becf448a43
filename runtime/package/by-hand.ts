import { dirname } from 'node:path';
import { installed } from '../processes/installation.ts';
import { isSource } from './base-context.ts';
import type { BaseImage } from './base-image.ts';
import { quoted } from './dockerfile.ts';

/** A build context that was written. */
export interface WrittenImage {
  readonly image: string;
  readonly base: BaseImage;
  readonly folder: string;
}

export interface ByHand {
  /** Pons's own, which is that of its base images. */
  readonly version: string;
  readonly network: string | null;
  readonly useCache: boolean;
}

/** The commands that build the images, and before them the bases that are in no registry: those of Pons's own. */
export function buildCommands(written: readonly WrittenImage[], options: ByHand): string[] {
  const bases = new Map(written.map(({ base }) => [base.reference, base]));
  const own = [...bases.values()].filter((base) => base.kind === 'ours');
  return [
    ...own.map((base) => ownCommand(base.folder, base.reference, options)),
    ...written.map(({ image, folder }) => command(image, folder, [], options)),
  ];
}

/** Where this installation has nothing to build it from, that is said in the place of a command. */
function ownCommand(folder: string, reference: string, options: ByHand): string {
  const root = dirname(installed('package.json'));
  if (!isSource(root)) return `# ${reference} first, where Pons's sources are; docs/containers.md says how`;
  const further = ['--build-arg', `PONS_VERSION=${options.version}`, '--file', `${root}/images/${folder}/Dockerfile`];
  return command(reference, root, further, options);
}

function command(image: string, context: string, further: readonly string[], { network, useCache }: ByHand): string {
  const told = [...(network === null ? [] : ['--network', network]), ...(useCache ? [] : ['--no-cache'])];
  const words = ['docker', 'build', ...told, '--tag', image, ...further, context];
  return `DOCKER_BUILDKIT=1 ${words.map(quoted).join(' ')}`;
}
