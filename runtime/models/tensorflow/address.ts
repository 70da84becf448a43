import { isIP, isIPv6 } from 'node:net';
import { KnownError } from '../../errors/known-error.ts';

/** Where a TensorFlow Serving answers gRPC. */
export interface ServingAddress {
  readonly host: string;
  readonly port: number;
}

/**
 * Reads `HOST:PORT`, an IPv6 address in brackets. Throws `PONS_ERR_MODELS_TENSORFLOW_SERVING_ADDRESS`.
 * @param source the option or variable that the text comes from
 */
export function parseServingAddress(text: string, source: string): ServingAddress {
  const match = /^(?:\[([^\]]+)\]|([^:[\]]+)):([0-9]{1,5})$/.exec(text);
  const [, bracketed, plain = '', digits = ''] = match ?? [];
  const port = Number(digits);
  const hostFits = bracketed === undefined ? isHost(plain) : isIPv6(bracketed);
  if (match === null || !hostFits || port < 1 || port > 65_535) {
    // What is before an @ may be a password.
    throw KnownError.of('PONS_ERR_MODELS_TENSORFLOW_SERVING_ADDRESS', { text: text.replace(/^.*@/s, '...@'), source });
  }
  return { host: bracketed ?? plain, port };
}

/** As it was written. */
export function formatServingAddress({ host, port }: ServingAddress): string {
  return `${isIPv6(host) ? `[${host}]` : host}:${port}`;
}

function isHost(text: string): boolean {
  // A name may hold an underscore: containers have such.
  return isIP(text) !== 0 || (text.length <= 253 && /^(?!-)[\w-]{1,63}(\.(?!-)[\w-]{1,63})*\.?$/.test(text));
}
