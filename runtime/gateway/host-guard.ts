// A web page can post text/plain to any address without asking, and can rebind its own name to 127.0.0.1. Both show: in the
// Origin of the request, or in its Host. So a server that only this machine reaches answers only this machine's names.
import { isIPv4 } from 'node:net';
import type { FastifyRequest } from 'fastify';
import { KnownError } from '../errors/known-error.ts';

/** Whether a host name (lower case, no port, no brackets) may be used to reach the server; null lets every name in. */
export type HostRule = ((hostName: string) => boolean) | null;

/** The names of this machine itself, and `allowed` ones. */
export function loopbackHosts(allowed: readonly string[]): HostRule {
  const names = new Set(allowed.map((name) => hostNameOf(name) ?? name.toLowerCase()));
  return (host) => host === 'localhost' || isLoopbackAddress(host) || names.has(host);
}

/** Just these names and addresses. */
export function onlyHosts(allowed: readonly string[]): HostRule {
  const names = new Set(allowed);
  return (host) => names.has(host);
}

/** Whether an IP address reaches this machine only. */
export function isLoopbackAddress(address: string): boolean {
  return address === '::1' || (isIPv4(address) && address.startsWith('127.')) || address.startsWith('::ffff:127.');
}

/**
 * Throws `PONS_ERR_HTTP_HOST_FOREIGN` or `PONS_ERR_HTTP_ORIGIN_FOREIGN` where `rule` refuses the request's Host or Origin,
 * and `PONS_ERR_HTTP_HOST_MISSING` where HTTP/1.1 lacks the Host.
 */
export function assertHostAllowed(rule: HostRule, request: FastifyRequest): void {
  const { host, origin } = request.raw.headers;
  if (host === undefined) {
    if (request.raw.httpVersion === '1.1') throw KnownError.of('PONS_ERR_HTTP_HOST_MISSING', {});
  } else if (rule !== null && !allows(rule, host)) {
    throw KnownError.of('PONS_ERR_HTTP_HOST_FOREIGN', { host: host.slice(0, 200) });
  }
  if (rule !== null && origin !== undefined && !allows(rule, /^https?:\/\/(.*)$/i.exec(origin)?.[1] ?? '')) {
    throw KnownError.of('PONS_ERR_HTTP_ORIGIN_FOREIGN', { origin: origin.slice(0, 200) });
  }
}

function allows(rule: (hostName: string) => boolean, host: string): boolean {
  const name = hostNameOf(host);
  return name !== null && rule(name);
}

/** The name in `name`, `name:port`, `[address]:port`; null when it is neither. */
function hostNameOf(host: string): string | null {
  const parts = /^(?:\[([0-9a-f:.]+)\]|([^:/?#@[\]\s]+?)\.?)(?::\d*)?$/i.exec(host);
  return (parts?.[1] ?? parts?.[2])?.toLowerCase() ?? null;
}
