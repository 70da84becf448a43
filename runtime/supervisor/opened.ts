import { messageOf } from '../errors/render.ts';
import type { Logger } from '../log/logger.ts';

/** Everything that was opened, to be closed in reverse. */
export class Opened {
  readonly #closers: (() => Promise<void>)[] = [];

  add(close: () => Promise<void>): void {
    this.#closers.push(close);
  }

  async close(logger: Logger): Promise<void> {
    for (const close of this.#closers.splice(0).reverse()) {
      await close().catch((error: unknown) => {
        logger.error(`while stopping: ${messageOf(error)}`);
      });
    }
  }
}
