import { createLogger, type Logger } from '../../../runtime/log/logger.ts';

/** A logger, and every line that it was told. */
export function listeningLogger(): {
  readonly logger: Logger;
  readonly lines: { message: string; levelname: string }[];
} {
  const lines: { message: string; levelname: string }[] = [];
  const logger = createLogger({
    write: (line) => {
      lines.push(JSON.parse(line) as { message: string; levelname: string });
      return true;
    },
    onceDrained: () => undefined,
    close: () => Promise.resolve(),
  });
  return { logger, lines };
}
