/* The health check of an image: ends with 0 when the server in this container is ready. */
const TIMEOUT_MS = 4000;

try {
  const { ok } = await fetch(process.env.PONS_READY_URL ?? '', { signal: AbortSignal.timeout(TIMEOUT_MS) });
  process.exitCode = ok ? 0 : 1;
} catch {
  // It does not listen yet, or has hung.
  process.exitCode = 1;
}
