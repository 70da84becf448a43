import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { problemLines } from '../support/project.ts';

/** Whole files. */
const whole: readonly (readonly [written: string, expected: string | readonly string[]])[] = [
  ['', 'cortex.yaml:1:1 the file is empty; it must hold a list of APIs, each beginning with "- name: ..."'],
  [
    '# nothing\n',
    'cortex.yaml:1:1 the file holds no more than comments; it must hold a list of APIs, each beginning with "- name: ..."',
  ],
  ['[]', 'cortex.yaml:1:1 the list is empty; it must hold a list of APIs, each beginning with "- name: ..."'],
  ['{}', 'cortex.yaml:1:1 the file holds a map; it must hold a list of APIs, each beginning with "- name: ..."'],
  [
    'name: iris\nkind: AsyncAPI\n',
    'cortex.yaml:1:1 the file holds a map; it must hold a list of APIs, each beginning with "- name: ..."',
  ],
  ['text', 'cortex.yaml:1:1 the file holds "text"; it must hold a list of APIs, each beginning with "- name: ..."'],
  ['3', 'cortex.yaml:1:1 the file holds 3; it must hold a list of APIs, each beginning with "- name: ..."'],
  ['-', 'cortex.yaml:1:1 an API is null; it must be a map with name, kind and predictor'],
  ['- iris', 'cortex.yaml:1:3 an API is a string; it must be a map with name, kind and predictor'],
  ['- [a]', 'cortex.yaml:1:3 an API is a list; it must be a map with name, kind and predictor'],
  [
    '- {}',
    [
      'cortex.yaml:1:3 name: is missing; it must be a name of at most 42 lower-case letters, digits and "-" that begins with a letter, does not end with "-" and does not begin with "b-"',
      'cortex.yaml:1:3 kind: is missing; it must be AsyncAPI',
      'cortex.yaml:1:3 predictor: is missing; it must be a map with type, path, config, python_path, ...',
    ],
  ],
  [
    '- name: a\n  name: b\n',
    'cortex.yaml:2:3 the key "name" is in this map already, at line 1, column 3; each key can be there once',
  ],
  [
    'a: [\n',
    'cortex.yaml:2:1 not valid YAML: the "[" at line 1, column 4 is not closed, or what it holds is not indented further than the key before it',
  ],
  [
    'a: {\n',
    'cortex.yaml:2:1 not valid YAML: the "{" at line 1, column 4 is not closed, or what it holds is not indented further than the key before it',
  ],
  [
    '- "a\n',
    'cortex.yaml:1:3 not valid YAML: the text in quotes that begins here does not end, or its next line is not indented; close the quotes, or indent the line',
  ],
  [
    '-\ta: 1\n  b: 2\n',
    [
      'cortex.yaml:1:2 not valid YAML: a tab indents this line; indent with spaces',
      'cortex.yaml:2:1 not valid YAML: the indentation is wrong; keys of one map and items of one list begin in the same column, what is inside them further right',
    ],
  ],
  ['- a:\n\t b: 1\n', 'cortex.yaml:2:1 not valid YAML: a tab indents this line; indent with spaces'],
  ['- name: a\n\tkind: b\n', 'cortex.yaml:2:1 not valid YAML: a tab indents this line; indent with spaces'],
  [
    '- name: a\n  kind: b\n  \tpredictor:\n    type: c\n',
    'cortex.yaml:3:3 not valid YAML: a tab indents this line; indent with spaces',
  ],
  [
    '-\tname: a\n\tkind: b\n',
    [
      'cortex.yaml:1:2 not valid YAML: a tab indents this line; indent with spaces',
      'cortex.yaml:2:1 not valid YAML: a tab indents this line; indent with spaces',
    ],
  ],
  [
    '- name: "a\n  kind: b\n- name: c\n',
    'cortex.yaml:1:9 not valid YAML: the text in quotes that begins here does not end, or its next line is not indented; close the quotes, or indent the line',
  ],
  [
    "- a: {b: 'x}\n",
    'cortex.yaml:1:10 not valid YAML: the text in quotes that begins here does not end, or its next line is not indented; close the quotes, or indent the line',
  ],
  [
    '- a: {b: c, d: e]\n',
    'cortex.yaml:1:17 not valid YAML: the "{" at line 1, column 6 is not closed, or what it holds is not indented further than the key before it',
  ],
  [
    '- a: 1\n - b: 2\n',
    'cortex.yaml:2:2 not valid YAML: the indentation is wrong; keys of one map and items of one list begin in the same column, what is inside them further right',
  ],
  [
    '- a: b: c\n',
    'cortex.yaml:1:6 not valid YAML: a second ": " in one line; put the value in quotes, or begin a new line',
  ],
  ['- @x\n', 'cortex.yaml:1:3 not valid YAML: no plain text can begin with this character; put the text in quotes'],
  [
    '- "\\q"\n- "\\z"\n',
    [
      'cortex.yaml:1:4 not valid YAML: invalid escape sequence \\q',
      'cortex.yaml:2:4 not valid YAML: invalid escape sequence \\z',
    ],
  ],
  [
    '- a\n---\n- b\n',
    'cortex.yaml:3:1 a second YAML document begins here; the file must hold one document: put all APIs into one list, without "---" between them',
  ],
  ['- *x\n', 'cortex.yaml:1:3 *x refers to nothing; there must be an anchor &x above it'],
  ['- &x [*x]\n', 'cortex.yaml:1:7 *x stands inside its own anchor &x; a value cannot contain itself'],
  ['- <<: 3\n', 'cortex.yaml:1:7 << must be followed by a map, an alias of one, or a list of these'],
  ['- !!int x\n', 'cortex.yaml:1:9 "x" is tagged !!int but is not an integer; correct the value or remove the tag'],
  [
    '- !!binary "/w=="\n',
    'cortex.yaml:1:12 "/w==" is tagged !!binary but is not the base64 form of UTF-8 text; correct the value or remove the tag',
  ],
  ['\ufeff- x', 'cortex.yaml:1:3 an API is a string; it must be a map with name, kind and predictor'],
  [
    '- a\r\n- {}\r\n',
    [
      'cortex.yaml:1:3 [#1] an API is a string; it must be a map with name, kind and predictor',
      'cortex.yaml:2:3 [#2] name: is missing; it must be a name of at most 42 lower-case letters, digits and "-" that begins with a letter, does not end with "-" and does not begin with "b-"',
      'cortex.yaml:2:3 [#2] kind: is missing; it must be AsyncAPI',
      'cortex.yaml:2:3 [#2] predictor: is missing; it must be a map with type, path, config, python_path, ...',
    ],
  ],
  [
    '- "a" b\n',
    'cortex.yaml:1:7 not valid YAML: more text follows where the value has ended; put the whole value in quotes',
  ],
  [
    '- a\nb\n',
    'cortex.yaml:2:1 not valid YAML: more text follows where the value has ended; put the whole value in quotes',
  ],
  [
    '- a: "x\n',
    'cortex.yaml:1:6 not valid YAML: the text in quotes that begins here does not end, or its next line is not indented; close the quotes, or indent the line',
  ],
  [
    '- a: [\n1]\n',
    'cortex.yaml:2:1 not valid YAML: the "[" at line 1, column 6 is not closed, or what it holds is not indented further than the key before it',
  ],
  [
    '-\0 \0a\0',
    'cortex.yaml:1:2 the character U+0000 is not allowed; the file seems to be UTF-16 or UTF-32 without a byte order mark; save it as UTF-8',
  ],
  [
    '- \u0007\n',
    'cortex.yaml:1:3 the character U+0007 is not allowed; the file must be YAML text without control characters',
  ],
];

for (const [written, expected] of whole) {
  test(`${JSON.stringify(written)} is told as ${[expected].flat()[0] ?? ''}`, () => {
    assert.equal(problemLines(written), [expected].flat());
  });
}

test.run();
