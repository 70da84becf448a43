import { execFileSync } from 'node:child_process';
import { mkdirSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { PYTHON_END } from '../../support/host.ts';
import { pythons } from '../../support/pythons.ts';
import { makeTempDir } from '../../support/temp-dir.ts';

const FILES = {
  'predictor.py': 'import json, not_here_a\nfrom not_here_b.deep import x\nfrom . import not_here_c\nimport mine\n',
  'mine.py': '',
  'another.py': 'from not_here_d import other\n',
  'folder/another.py': 'import not_here_a\n',
  'signature.py': 'def late():\n    import not_here_d.part\n',
  'folder/other.py': "import not_here_e\nname = 'import not_here_f'\n",
  'broken.py': 'import not_here_g\nx = = 1\n',
  'wide.py': '# coding: latin-1\nimport not_here_h # \u00fc\n',
  '.hidden/x.py': 'import not_here_i\n',
  'notes.txt': 'import not_here_j\n',
};

for (const python of pythons) {
  test(`what a project imports and what of it is missing is told (Python ${python.version})`, () => {
    const project = makeTempDir();
    for (const [path, text] of Object.entries(FILES)) {
      mkdirSync(dirname(join(project, path)), { recursive: true });
      writeFileSync(join(project, path), text, 'latin1');
    }
    const names = [
      'json',
      'mine',
      'logs',
      ...'abcdefghij'.split('').map((letter) => `not_here_${letter}`),
      'not_here_d.part',
    ];
    const program = join(PYTHON_END, 'predictor_host', 'imports.py');
    const told = execFileSync(python.executable, [program, project, ...names], { cwd: project, encoding: 'utf8' });
    const missing = {
      not_here_a: 'predictor.py',
      not_here_b: 'predictor.py',
      not_here_d: 'another.py',
      not_here_e: 'folder/other.py',
      not_here_h: 'wide.py',
      'not_here_d.part': 'signature.py',
    };
    assert.equal(JSON.parse(told), { imported: ['json', 'mine', ...Object.keys(missing)], missing });
  });
}

test.run();
