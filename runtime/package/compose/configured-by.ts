import { fingerprintOf } from '../exported/fingerprint.ts';

/** The labels of a service whose program reads a mounted file with this text only when it starts: `up` replaces its container when it has changed. */
export function configuredBy(text: string): Record<string, string> {
  return { 'pons.configuration': fingerprintOf(text) };
}
