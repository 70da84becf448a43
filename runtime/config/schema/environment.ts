import { keyProblem } from '../config-value.ts';
import { kindOf } from '../yaml/located-node.ts';
import { type Field, joinPath, reportUnexpected } from './field.ts';

const OURS = /^(CORTEX|PONS)_/;
/** The names that Kubernetes takes, and so Cortex took. */
const NAME = /^[-._A-Za-z][-._A-Za-z0-9]*$/;

/** `predictor.env`: numbers and booleans become the text that is written. */
export function environment(): Field<Readonly<Record<string, string>>> {
  const expects = 'a map of strings such as NAME: value';
  return {
    expects,
    required: false,
    actedOn: true,
    fields: null,
    absent: () => ({}),
    read: (node, path, reading) => {
      if (node.kind !== 'map') return reportUnexpected(node, path, expects, reading);
      const pairs: [string, string][] = [];
      for (const { name, shown, keyAt, value } of node.entries) {
        const problem = name === null ? keyProblem(shown) : nameProblem(name);
        const place = joinPath(path, name ?? shown);
        if (problem !== null) reading.report(keyAt, name === null ? path : place, problem);
        if (value.kind !== 'scalar' || value.value === null) {
          const what = value.kind === 'scalar' ? 'is empty' : `is ${kindOf(value)}`;
          reading.report(
            value.at,
            place,
            `${what}; it must be a string, a number or a boolean; write "" for an empty text`,
          );
        } else {
          const text = typeof value.value === 'string' ? value.value : value.text;
          if (text.includes('\0'))
            reading.report(value.at, place, 'contains a NUL character; it must be text without one');
          else if (name !== null) pairs.push([name, text]);
        }
      }
      return Object.fromEntries(pairs);
    },
  };
}

function nameProblem(name: string): string | null {
  if (!NAME.test(name)) return 'is no valid name; it must be letters, digits, "_", "-" and ".", without a digit first';
  const prefix = OURS.exec(name)?.[0];
  return prefix === undefined ? null : `begins with ${prefix}, which is reserved; choose another name`;
}
