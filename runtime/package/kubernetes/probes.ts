import { LOADING_MS } from '../exported/plan.ts';

const STARTUP_PERIOD_S = 2;
const STARTUP_FAILURES = Math.ceil(LOADING_MS / 1000 / STARTUP_PERIOD_S);

/**
 * Probes of a container of Pons on its port `http`. It answers at all once its models are loaded, which is what the start may take long for.
 * @param readyPath what has to answer 200 before it gets requests
 */
export function probesOf(readyPath: string): object {
  const get = (path: string): object => ({ path, port: 'http' });
  return {
    startupProbe: {
      httpGet: get('/healthz'),
      periodSeconds: STARTUP_PERIOD_S,
      failureThreshold: STARTUP_FAILURES,
    },
    readinessProbe: { httpGet: get(readyPath), periodSeconds: 5, timeoutSeconds: 5, failureThreshold: 3 },
    // A restart mends no Redis and no busy processor: only what answers nothing at all for a minute is killed.
    livenessProbe: { httpGet: get('/healthz'), periodSeconds: 10, timeoutSeconds: 5, failureThreshold: 6 },
  };
}

/** Probes of TensorFlow Serving, which listens once its models are loaded; `port` is the name of its port. */
export function servingProbes(port: string): object {
  const connects = { tcpSocket: { port } };
  return {
    startupProbe: { ...connects, periodSeconds: STARTUP_PERIOD_S, failureThreshold: STARTUP_FAILURES },
    readinessProbe: { ...connects, periodSeconds: 5, failureThreshold: 3 },
    livenessProbe: { ...connects, periodSeconds: 10, failureThreshold: 6 },
  };
}
