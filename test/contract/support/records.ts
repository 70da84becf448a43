import { setTimeout as pause } from 'node:timers/promises';
import type { FixtureServer } from './fixture-server.ts';

/** One JSON line of the log. */
export type LogRecord = Readonly<Record<string, unknown>>;

const POLL_MS = 20;
const ARRIVAL_MS = 60_000;

/** The records so far that `matches` holds for. */
export function recordsWhere(
  server: Pick<FixtureServer, 'served'>,
  matches: (record: LogRecord) => boolean,
): LogRecord[] {
  return server.served.lines.map((line) => JSON.parse(line) as LogRecord).filter(matches);
}

/** Waits until the log has a record that `matches` holds for, and resolves to the first. */
export async function recordWhere(
  server: Pick<FixtureServer, 'served'>,
  matches: (record: LogRecord) => boolean,
  what: string,
): Promise<LogRecord> {
  const lapsedAt = Date.now() + ARRIVAL_MS;
  for (;;) {
    const [found] = recordsWhere(server, matches);
    if (found !== undefined) return found;
    if (Date.now() > lapsedAt) throw new Error(`the log has no record ${what}`);
    await pause(POLL_MS);
  }
}

/** The id of the workload that a record belongs to; undefined when it belongs to none. */
export function requestOf(record: LogRecord): unknown {
  return (record['labels'] as Readonly<Record<string, unknown>> | undefined)?.['requestID'];
}
