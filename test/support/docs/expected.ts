/** Whether `actual` is what a page shows: equal, where the string "..." stands for any string. */
export function isAsShown(shown: unknown, actual: unknown): boolean {
  if (shown === '...') return typeof actual === 'string';
  if (typeof shown !== 'object' || shown === null) return Object.is(shown, actual);
  if (typeof actual !== 'object' || actual === null || Array.isArray(shown) !== Array.isArray(actual)) return false;
  const keys = Object.keys(shown);
  if (keys.length !== Object.keys(actual).length) return false;
  return keys.every(
    (key) => key in actual && isAsShown(shown[key as keyof typeof shown], actual[key as keyof typeof actual]),
  );
}
