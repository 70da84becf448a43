import { execFileSync } from 'node:child_process';
import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { oldestAndNewest } from '../../support/pythons.ts';
import { makeTempDir } from '../../support/temp-dir.ts';

const HOST = fileURLToPath(new URL('../../../bridge/python', import.meta.url));

/** A module that cannot be imported the first time. */
const NUMPY = `
import sys
sys.tries = getattr(sys, "tries", 0) + 1
if sys.tries == 1:
    raise OSError(24, "Too many open files")
ndarray = list
dtype = str
`;

const SCRIPT = `
from predictor_host.clients.numpy_import import Numpy

numpy = Numpy()
print(numpy.arrays() is None)
print(numpy.arrays() is None)
import numpy as imported
print(numpy.arrays().numpy is imported)
`;

for (const python of oldestAndNewest) {
  test(`NumPy that could not be imported for a model is used once user code has managed to (Python ${python.version})`, () => {
    const dir = makeTempDir();
    mkdirSync(join(dir, 'numpy'));
    writeFileSync(join(dir, 'numpy/__init__.py'), NUMPY);
    const told = execFileSync(python.executable, ['-B', '-c', SCRIPT], {
      env: { PYTHONPATH: `${HOST}:${dir}` },
      encoding: 'utf8',
      stdio: ['ignore', 'pipe', 'ignore'],
    });
    assert.equal(told.trim().split('\n'), ['True', 'True', 'True']);
  });
}

test.run();
