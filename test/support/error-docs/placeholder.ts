const HUGE = 1.25e300;
/** `HUGE`, and what division and rounding make of it. */
export const COMPUTED = /\b\d+(\.\d+)?e\+[23]\d\d\b/g;

/**
 * A stand-in for the facts of an error: each fact, and whatever is asked of it, reads as `<name>` in the sentence. What is computed from it
 * is a number that `COMPUTED` matches; what is looked up by it in a table is undefined.
 */
export function placeholderFacts(): never {
  return placeholder('facts', null) as never;
}

function placeholder(name: string, owner: string | null): object {
  const text = `<${name.replace(/([a-z])([A-Z])/g, '$1 $2').toLowerCase()}>`;
  return new Proxy(() => undefined, {
    get: (_target, key) => {
      if (key === Symbol.toPrimitive) return (hint: string) => (hint === 'number' ? HUGE : text);
      if (key === Symbol.iterator) return () => [placeholder(name, owner)].values();
      if (key === 'map') return (act: (item: object, at: number) => unknown) => [act(placeholder(name, owner), 0)];
      if (key === 'length') return placeholder(`number of ${name}`, null);
      if (typeof key === 'symbol') return undefined;
      return placeholder(key, name);
    },
    // A method was called: `<path>.slice(1)` is still the path.
    apply: () => (name === 'toJSON' || name === 'toString' ? `<${owner ?? name}>` : placeholder(owner ?? name, null)),
  });
}
