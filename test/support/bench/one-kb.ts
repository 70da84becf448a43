import { seededRandom } from '../../workloads/seeded-random.ts';

/** 1 KB of JSON as predictors get it: identifiers, rows of numbers, a few switches. */
export function oneKbRequest(): object {
  const random = seededRandom(7);
  const number = (to: number, digits: number): number => Number((random() * to).toFixed(digits));
  return {
    customer: { id: 'c-18347291', segment: 'returning', country: 'NL', since: '2019-04-11', newsletter: true },
    features: Array.from({ length: 54 }, () => number(3, 4)),
    items: Array.from({ length: 7 }, (_, at) => ({
      sku: `A-${1000 + at * 37}`,
      price: number(99, 2),
      quantity: at + 1,
    })),
    options: { topK: 5, threshold: 0.35, explain: false, model: null },
  };
}

/** 1 KB that is one string: nothing that JSON text can hold is parsed and written faster. */
export function oneKbText(): object {
  return { text: 'x'.repeat(1000) };
}
