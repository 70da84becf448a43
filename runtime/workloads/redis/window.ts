interface Waiting {
  readonly bytes: number;
  readonly enter: () => void;
}

/**
 * Bounds what is under way at once, in bytes: whatever is sent beyond that only waits on the link, and its time would be up before it came through, each
 * time that it is tried.
 */
export class Window {
  readonly #limitBytes: number;
  #bytes = 0;
  readonly #waiting: Waiting[] = [];

  constructor(limitBytes: number) {
    this.#limitBytes = limitBytes;
  }

  /** Does something that carries so much, when it is its turn. */
  async pass<T>(bytes: number, act: () => Promise<T>): Promise<T> {
    if (this.#waiting.length === 0 && this.#fits(bytes)) this.#bytes += bytes;
    else await new Promise<void>((enter) => this.#waiting.push({ bytes, enter }));
    try {
      return await act();
    } finally {
      this.#bytes -= bytes;
      this.#admit();
    }
  }

  #admit(): void {
    for (let first = this.#waiting[0]; first !== undefined && this.#fits(first.bytes); first = this.#waiting[0]) {
      this.#waiting.shift();
      this.#bytes += first.bytes;
      first.enter();
    }
  }

  /** One that is larger than the whole goes alone. */
  #fits(bytes: number): boolean {
    return this.#bytes === 0 || this.#bytes + bytes <= this.#limitBytes;
  }
}
