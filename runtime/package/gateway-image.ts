import { ensureBase, type BaseOptions } from './base-build.ts';
import { baseImage } from './image-names.ts';
import { pushImage } from './push.ts';

export interface GatewayOptions extends BaseOptions {
  /** Pons's own. */
  readonly version: string;
  readonly registry: string | null;
  readonly push: boolean;
}

/** Sees to it that the gateway that the APIs of a project are reached through has an image, where those have theirs. Fails as `ensureBase` and `pushImage` do. */
export async function ensureGateway(options: GatewayOptions): Promise<void> {
  const { version, registry, push, scratch } = options;
  const reference = baseImage('gateway', version, registry);
  await ensureBase({ kind: 'ours', folder: 'gateway', reference, instead: null }, options);
  if (push) await pushImage(reference, scratch, options);
}
