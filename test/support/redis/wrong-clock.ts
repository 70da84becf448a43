/** The environment of a Node program whose clock is wrong by so many ms, as far as it can see. */
export function wrongClock(byMs: number): NodeJS.ProcessEnv {
  const preload = `
    const Right = Date;
    const now = () => Right.now() + ${byMs};
    globalThis.Date = class Date extends Right {
      constructor(...parts) { super(...(parts.length === 0 ? [now()] : parts)); }
      static now() { return now(); }
    };`;
  return { NODE_OPTIONS: `--import=data:text/javascript,${encodeURIComponent(preload)}` };
}
