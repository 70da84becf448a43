import { API_PORT, DRAIN_MS, GATEWAY_PORT, PYTHON, STATE_DIR } from '../package/image-promises.ts';
import type { Role, ServeOptions } from '../supervisor/serve-options.ts';

/** The options of `pons serve` whose defaults a container changes. */
export interface PlaceFlags {
  readonly inContainer: boolean;
  readonly role: Role;
  readonly host?: string;
  readonly port?: number;
  readonly stateDir?: string;
  readonly python?: string;
  readonly drain?: number;
}

type Place = Pick<ServeOptions, 'inContainer' | 'host' | 'port' | 'stateDir' | 'python' | 'drainMs'>;

/** Where and with what a project is served, on a machine or as the images of `images/` have it. */
export function placeOf({ inContainer, role, host, port, stateDir, python, drain }: PlaceFlags): Place {
  const byDefault: Omit<Place, 'inContainer'> = inContainer
    ? {
        host: '0.0.0.0',
        port: role === 'gateway' ? GATEWAY_PORT : API_PORT,
        stateDir: STATE_DIR,
        python: PYTHON,
        drainMs: DRAIN_MS,
      }
    : { host: '127.0.0.1', port: GATEWAY_PORT, stateDir: null, python: null, drainMs: null };
  return {
    inContainer,
    host: host ?? byDefault.host,
    port: port ?? byDefault.port,
    stateDir: stateDir ?? byDefault.stateDir,
    python: python ?? byDefault.python,
    drainMs: drain ?? byDefault.drainMs,
  };
}
