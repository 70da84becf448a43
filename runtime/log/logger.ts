import { pino, type Logger as Pino } from 'pino';
import { asctime } from './asctime.ts';
import type { LogSink } from './sink.ts';

/** What a line is about: API, replica, request. Absent keys are left out. */
export type LogLabels = Readonly<Record<string, string>>;
/** Further keys of a line, one level flat. */
export type LogFields = Readonly<Record<string, unknown>>;

/** Pons's own log lines, in the format of the predictors' own records. */
export interface Logger {
  info(message: string, fields?: LogFields): void;
  warning(message: string, fields?: LogFields): void;
  error(message: string, fields?: LogFields): void;
  /** A logger whose lines carry further labels. */
  labelled(labels: LogLabels): Logger;
  /** Writes a whole JSON line (without line feed) as it is. False: hold back until the sink has drained. */
  raw(line: string): boolean;
  /** Calls back once, when lines are taken again. */
  onceDrained(listener: () => void): void;
}

export function createLogger(sink: LogSink): Logger {
  const root = pino(
    {
      level: 'info',
      base: { process: process.pid },
      messageKey: 'message',
      customLevels: { warning: 40 },
      timestamp: () => `,"asctime":"${asctime(new Date())}"`,
      formatters: { level: (label) => ({ levelname: label.toUpperCase() }) },
    },
    sink,
  );
  return wrap(root, sink, {});
}

function wrap(root: Pino<'warning'>, sink: LogSink, labels: LogLabels): Logger {
  return {
    info: (message, fields) => {
      root.info({ labels, ...fields }, message);
    },
    warning: (message, fields) => {
      root.warning({ labels, ...fields }, message);
    },
    error: (message, fields) => {
      root.error({ labels, ...fields }, message);
    },
    labelled: (further) => wrap(root, sink, { ...labels, ...further }),
    raw: (line) => sink.write(`${line}\n`),
    onceDrained: (listener) => {
      sink.onceDrained(listener);
    },
  };
}
