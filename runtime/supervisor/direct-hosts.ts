import type { Environment } from '../project/environment.ts';

const PROXY_NAMES = ['http_proxy', 'HTTP_PROXY', 'all_proxy', 'ALL_PROXY'];
const EXCEPTION_NAMES = ['no_proxy', 'NO_PROXY'];

/** The environment in which no proxy is asked for `hosts`: these names mean something on this machine only. */
export function reachDirectly(environment: Environment, hosts: readonly string[]): Environment {
  if (hosts.length === 0 || !PROXY_NAMES.some((name) => environment[name])) return environment;
  const exceptions = EXCEPTION_NAMES.map((name) => [
    name,
    [environment[name], ...hosts].filter((host) => host !== undefined && host !== '').join(','),
  ]);
  return { ...environment, ...(Object.fromEntries(exceptions) as Environment) };
}
