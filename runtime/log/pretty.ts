import type { Writable } from 'node:stream';
import { PinoPretty } from 'pino-pretty';

/** The part of pino-pretty's colours that is used here; functions that change nothing where there are to be none, as with NO_COLOR. */
interface Colors {
  readonly red: (text: string) => string;
  readonly yellow: (text: string) => string;
}

/** A stream that takes JSON lines, and writes them as text for people. What went wrong is red, warnings are yellow. */
export function prettyStream(destination: Writable): Writable {
  return PinoPretty({
    destination,
    messageKey: 'message',
    levelKey: 'levelname',
    timestampKey: 'asctime',
    ignore: 'process,labels',
    messageFormat: (log, _key, _label, { colors }) => colorOf(log['levelname'], colors)(textOf(log)),
    customPrettifiers: {
      time: String,
      level: (level, _key, _log, { colors }) =>
        typeof level === 'string' ? colorOf(level, colors)(level.padEnd(7)) : '',
    },
  });
}

function colorOf(level: unknown, { red, yellow }: Colors): (text: string) => string {
  if (level === 'ERROR' || level === 'CRITICAL') return red;
  return level === 'WARNING' ? yellow : String;
}

function textOf(log: Readonly<Record<string, unknown>>): string {
  const labels = (log['labels'] ?? {}) as Record<string, unknown>;
  const from = [labels['apiName'], labels['replica'], labels['requestID']].filter((part) => typeof part === 'string');
  const message = typeof log['message'] === 'string' ? log['message'] : JSON.stringify(log['message']);
  return from.length === 0 ? message : `[${from.join(' ')}] ${message}`;
}
