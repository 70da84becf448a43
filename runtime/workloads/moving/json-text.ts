import { jsonNumberStep, mayNumberEnd, type NumberState } from './json-number.ts';

/** Deeper than any result: Python gives up long before. It bounds what has to be kept in memory. */
const MAX_DEPTH = 100_000;

/** What may come, where no string, word or number is under way. */
type Between = 'value' | 'value or end' | 'after' | 'key' | 'key or end' | 'colon';
type State = Between | 'string' | 'escape' | 'hex' | 'word' | NumberState;

const BETWEEN: ReadonlySet<State> = new Set(['value', 'value or end', 'after', 'key', 'key or end', 'colon']);
const [QUOTE, BACKSLASH, COMMA, COLON, SMALL_U] = [0x22, 0x5c, 0x2c, 0x3a, 0x75];
const HEX_DIGITS = 4;
const [OPEN_OBJECT, CLOSE_OBJECT, OPEN_ARRAY, CLOSE_ARRAY] = [0x7b, 0x7d, 0x5b, 0x5d];
const WORDS: ReadonlyMap<number, string> = new Map([
  [0x74, 'rue'],
  [0x66, 'alse'],
  [0x6e, 'ull'],
]);
const SPACES: ReadonlySet<number> = new Set([0x20, 0x09, 0x0a, 0x0d]);
const ESCAPED: ReadonlySet<number> = new Set(Buffer.from('"\\/bfnrt'));

/** Tells whether bytes that come in pieces are one JSON text in UTF-8, whatever their size. Source: RFC 8259 */
export class JsonText {
  readonly #decoder = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true });
  /** Of what is open, outermost first, whether it is an object. */
  readonly #open: boolean[] = [];
  #state: State = 'value';
  /** The string that is read is a key. */
  #isKey = false;
  /** What is still to come of `true`, `false`, `null`, or how many digits of an escape. */
  #rest = '';
  #hexLeft = 0;
  #isJson = true;

  push(bytes: Uint8Array): void {
    if (!this.#isJson) return;
    try {
      this.#decoder.decode(bytes, { stream: true });
    } catch {
      this.#isJson = false;
    }
    for (let at = 0; at < bytes.byteLength && this.#isJson; at += 1) this.#isJson = this.#takes(bytes[at] ?? 0);
  }

  /** To be called when all has come. */
  end(): boolean {
    try {
      this.#decoder.decode();
    } catch {
      return false;
    }
    const isValueOver = this.#state === 'after' || mayNumberEnd(this.#state);
    return this.#isJson && isValueOver && this.#open.length === 0;
  }

  #takes(byte: number): boolean {
    const state = this.#state;
    if (state === 'string') return this.#inString(byte);
    if (state === 'escape') return this.#inEscape(byte);
    if (state === 'hex') return this.#inHex(byte);
    if (state === 'word') return this.#inWord(byte);
    if (isBetween(state)) return SPACES.has(byte) || this.#between(byte, state);
    return this.#inNumber(byte, state);
  }

  #inEscape(byte: number): boolean {
    const isHexToCome = byte === SMALL_U;
    this.#state = isHexToCome ? 'hex' : 'string';
    this.#hexLeft = HEX_DIGITS;
    return isHexToCome || ESCAPED.has(byte);
  }

  #inHex(byte: number): boolean {
    this.#hexLeft -= 1;
    if (this.#hexLeft === 0) this.#state = 'string';
    return isHex(byte);
  }

  #inString(byte: number): boolean {
    if (byte === BACKSLASH) this.#state = 'escape';
    else if (byte === QUOTE) this.#state = this.#isKey ? 'colon' : 'after';
    return byte >= 0x20;
  }

  #inWord(byte: number): boolean {
    const isRight = byte === this.#rest.charCodeAt(0);
    this.#rest = this.#rest.slice(1);
    if (this.#rest === '') this.#state = 'after';
    return isRight;
  }

  #inNumber(byte: number, state: NumberState): boolean {
    const next = jsonNumberStep(state, byte);
    if (next !== null) {
      this.#state = next;
      return true;
    }
    if (!mayNumberEnd(state)) return false;
    this.#state = 'after';
    return SPACES.has(byte) || this.#between(byte, 'after');
  }

  #between(byte: number, state: Between): boolean {
    const isInObject = this.#open.at(-1);
    if (state === 'after') {
      if (byte !== COMMA) return byte === (isInObject === true ? CLOSE_OBJECT : CLOSE_ARRAY) && this.#close();
      this.#state = isInObject === true ? 'key' : 'value';
      return isInObject !== undefined;
    }
    if (state === 'colon') {
      this.#state = 'value';
      return byte === COLON;
    }
    if (state === 'key' || state === 'key or end') {
      if (byte === CLOSE_OBJECT && state === 'key or end') return this.#close();
      [this.#state, this.#isKey] = ['string', true];
      return byte === QUOTE;
    }
    if (byte === CLOSE_ARRAY && state === 'value or end') return this.#close();
    return this.#beginValue(byte);
  }

  #beginValue(byte: number): boolean {
    if (byte === QUOTE) [this.#state, this.#isKey] = ['string', false];
    else if (byte === OPEN_OBJECT || byte === OPEN_ARRAY) {
      this.#open.push(byte === OPEN_OBJECT);
      this.#state = byte === OPEN_OBJECT ? 'key or end' : 'value or end';
    } else if (WORDS.has(byte)) [this.#state, this.#rest] = ['word', WORDS.get(byte) ?? ''];
    else {
      const begun = jsonNumberStep('begin', byte);
      if (begun === null) return false;
      this.#state = begun;
    }
    return this.#open.length <= MAX_DEPTH;
  }

  #close(): boolean {
    this.#state = 'after';
    return this.#open.pop() !== undefined;
  }
}

function isBetween(state: State): state is Between {
  return BETWEEN.has(state);
}

function isHex(byte: number): boolean {
  return (byte >= 0x30 && byte <= 0x39) || (byte >= 0x41 && byte <= 0x46) || (byte >= 0x61 && byte <= 0x66);
}
