import { isIP } from 'node:net';

/** Where Prometheus usually is. */
const USUAL_NAMESPACE = 'monitoring';

/** The namespace that the URL of a Prometheus in the cluster names (`http://SERVICE.NAMESPACE:9090`, `.svc` and more behind it or not); else the usual one. */
export function namespaceOf(prometheusUrl: string): string {
  const { hostname } = new URL(prometheusUrl);
  const [, namespace, domain] = hostname.split('.');
  const isOfService = isIP(hostname) === 0 && (domain === undefined || domain === 'svc');
  return isOfService && namespace !== undefined ? namespace : USUAL_NAMESPACE;
}
