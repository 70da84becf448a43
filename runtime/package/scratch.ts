import { makeOwnedFolder } from '../state/owned-folder.ts';

/**
 * Makes the folder of one build, which nobody else may enter. The passwords of this machine's settings for pip come to lie in it, so those of builds that were
 * killed go first. Rejects as `makeTempFolder` does.
 */
export function makeScratch(): Promise<string> {
  return makeOwnedFolder('pons-build-');
}
