/* The health check of an image: ends with 0 when the server in this container is ready. Run every few seconds: `fetch` takes three times as much of a processor, and twice the memory. */
import { get } from 'node:http';

const TIMEOUT_MS = 4000;

const request = get(process.env.PONS_READY_URL ?? '', { signal: AbortSignal.timeout(TIMEOUT_MS) }, ({ statusCode }) => {
  process.exit(statusCode === 200 ? 0 : 1);
});
// It does not listen yet, or has hung.
request.on('error', () => process.exit(1));
