import { parseQuantity, toMillis, toUnits } from '../quantity.ts';
import { integer, quantity, scalarField } from './scalars.ts';
import { reportInvalid, reportUnexpected, section } from './field.ts';

const MIN_CPU = parseQuantity('20m') ?? 0n;
const MIN_MEM = parseQuantity('20Mi') ?? 0n;

const noInferentia = '0: AWS Inferentia is not supported, remove the line';

/** `compute`. */
export const compute = section({
  cpu: quantity('a quantity of at least 20m such as 500m, 1 or 1.5', MIN_CPU, toMillis, {
    fallback: 200,
    actedOn: true,
  }),
  mem: quantity('a quantity of at least 20Mi such as 512Mi, 2G or a number of bytes', MIN_MEM, toUnits, {
    fallback: null,
    actedOn: true,
  }),
  gpu: integer({ min: 0, fallback: 0, actedOn: true }),
  inf: scalarField(noInferentia, 0, { fallback: 0, actedOn: false }, (node, path, reading) => {
    if (node.kind !== 'scalar' || typeof node.value !== 'bigint') {
      return reportUnexpected(node, path, noInferentia, reading);
    }
    return node.value === 0n ? 0 : reportInvalid(node, path, noInferentia, reading);
  }),
});
