import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { waitForDeaths } from '../support/processes.ts';
import { readDotenv, type Dotenv } from '../../runtime/project/dotenv.ts';
import { machineEnvironment, type Environment } from '../../runtime/project/environment.ts';
import { deadline } from '../support/deadline.ts';
import { knownError } from './support/errors.ts';
import { makeTree } from './support/tree.ts';

const machine: Environment = {
  PATH: process.env['PATH'] ?? '',
  HOME: '/srv/someone',
  SHLVL: '7',
  PWD: '/elsewhere',
  LANG: 'C',
};

/** The usual limit is for a test of its own. */
async function read(content: string | Buffer, environment: Environment = machine): Promise<Dotenv> {
  const projectDir = makeTree({ '.env': content });
  return await deadline(60_000, readDotenv({ projectDir, environment, timeoutMs: 50_000 }), 'reading .env');
}

const accepted: [title: string, content: string, variables: Record<string, string>][] = [
  ['plain values', 'A=1\nB=two\n', { A: '1', B: 'two' }],
  ['a last line without its line feed', 'A=1\nB=2', { A: '1', B: '2' }],
  ['an empty file', '', {}],
  ['comments and blank lines', '# A=0\n\n   \nA=1 # one\n', { A: '1' }],
  ['a # inside a value', 'A=a#b\nB="x # y"\n', { A: 'a#b', B: 'x # y' }],
  ['quotes', `A="x y"\nB='$HOME "z"'\nC=a" b "c\n`, { A: 'x y', B: '$HOME "z"', C: 'a b c' }],
  ['export', 'export A=1\nexport B="2 3"\n', { A: '1', B: '2 3' }],
  ['empty values', 'A=\nB=""\n', { A: '', B: '' }],
  [
    'references to its own and to given variables',
    'A=1\nB=$A${A}2\nC=$HOME/models\n',
    { A: '1', B: '112', C: '/srv/someone/models' },
  ],
  ['a value over several lines', 'A="one\ntwo"\nB=3\n', { A: 'one\ntwo', B: '3' }],
  ['a continued line', 'A=one\\\ntwo\n', { A: 'onetwo' }],
  ['escapes of every sort', "A=$'a\\tb\\n\\x01'\nB=a\\ b\n", { A: 'a\tb\n\u0001', B: 'a b' }],
  ['letters beyond ASCII', 'A=é日本🙂\n', { A: 'é日本🙂' }],
  ['equals signs in a value', 'URL=http://x/?a=b==\n', { URL: 'http://x/?a=b==' }],
  ['commands', 'A=$(echo out)\nB=`echo back`\n', { A: 'out', B: 'back' }],
  ['printing on both streams', 'echo hello\necho world >&2\nA=1\n', { A: '1' }],
  ['asking for input', 'read -r LINE\ncat\nA=1\n', { LINE: '', A: '1' }],
  ['a PATH without env on it', 'PATH=/nowhere\nA=1\n', { PATH: '/nowhere', A: '1' }],
  ['arithmetic', 'A=$((2*3))\n', { A: '6' }],
  ['a test of a variable', 'A=${UNSET:-default}\n', { A: 'default' }],
  [
    'what equals the variables that bash itself sets',
    'SHLVL=8\nLC_ALL=C\nOLDPWD=/old\n',
    { SHLVL: '8', LC_ALL: 'C', OLDPWD: '/old' },
  ],
  ['unchanged variables', 'HOME=/srv/someone\n', {}],
];
for (const [title, content, variables] of accepted) {
  test(`.env may hold ${title}`, async () => {
    const dotenv = await read(content);
    assert.equal(dotenv.variables, variables);
    assert.equal(dotenv.removed, []);
    assert.equal(dotenv.notices, []);
  });
}

test('the working directory is the project folder', async () => {
  const projectDir = makeTree({
    '.env': 'A=$(cat values.txt)\nB=$PWD\n. ./more.env\n',
    'values.txt': 'v',
    'more.env': 'C=3\n',
  });
  const { variables } = await readDotenv({ projectDir, environment: machine });
  assert.equal(variables, { A: 'v', B: projectDir, C: '3' });
});

test('unset removes a variable of the machine', async () => {
  const { variables, removed } = await read('unset HOME\nA=1\n');
  assert.equal(variables, { A: '1' });
  assert.equal(removed, ['HOME']);
});

test('a project without .env, or with a folder of that name, gives nothing', async () => {
  const none: Dotenv = { variables: {}, removed: [], notices: [] };
  assert.equal(await readDotenv({ projectDir: makeTree({}), environment: machine }), none);
  assert.equal(await readDotenv({ projectDir: makeTree({ '.env/bin/python': '' }), environment: machine }), none);
});

test('what configures bash on the machine does not change how the file is read, and is not lost', async () => {
  const folder = makeTree({ 'start.sh': 'STARTED=1; export STARTED; echo noise\n' });
  const given = {
    ...machine,
    BASH_ENV: join(folder, 'start.sh'),
    SHELLOPTS: 'errexit:xtrace:noexec',
    POSIXLY_CORRECT: '1',
    LC_ALL: 'de_DE.UTF-8',
  };
  const { variables, removed } = await read('false\nA=1\n', given);
  assert.equal([variables, removed], [{ A: '1' }, []]);
});

test('a function of the machine that bash exported stays as it is', async () => {
  const { variables, removed } = await read('A=1\n', { ...machine, 'BASH_FUNC_greet%%': '() {  echo hi\n}' });
  assert.equal([variables, removed], [{ A: '1' }, []]);
});

const refused: [content: string, message: RegExp][] = [
  ['A=1\nB = 2\n', /^\.env:2 bash refuses this line \(B\): command not found$/],
  ['A=hello world\n', /^\.env:1 bash refuses this line \(A\): command not found$/],
  ['A: 1\n', /^\.env:1 bash refuses this line: command not found$/],
  ['A=1\n\nB="open\n', /^\.env:3 .*\(B\): unexpected end of file while looking for the matching "$/m],
  ["A='open\n", /^\.env:1 .*matching '$/m],
  ['A=1\nB=(1 2\n', /^\.env:\d .*unexpected end of file/],
  ['A=x)y\n', /^\.env:1 bash refuses this line \(A\): syntax error near unexpected token \)$/],
  ['A=$(\n', /^\.env:\d .*unexpected/],
  ['A=1 & & B=2\n', /^\.env:1 .*syntax error near unexpected token &$/],
  ['A=<file\nB=${bad.name}\n', /^\.env:1 .*No such file or directory\n\.env:2 .*\(B\): bad substitution$/],
  ['export 1A=2\n', /^\.env:1 bash refuses this line: not a valid identifier$/],
  ['UID=1\n', /^\.env:1 .*\(UID\): readonly variable$/],
  ['set -u\nA=$NOPE\n', /^\.env:2 .*\(A\): unbound variable$/],
  ['A=1\n/\n', /^\.env:2 .*Is a directory$/],
  ['A=1\nexit 3\n', /^\.env ended the shell before its end \(exit status 3\)$/],
  ['exec true\n', /^\.env ended the shell before its end \(exit status 0\)$/],
  ['A=1\r\n\r\nB=2\r\n', /^\.env:2 bash refuses this line: command not found; the line ends with a carriage return/],
  ['A=$(printf "%200000s" x)\n', /^\.env its variables together are too large for a process; put large/],
  [
    `A=1\nB=${'x'.repeat(140_000)}\n`,
    /^\.env:2 the value of B is too large for a variable; put large values into a file of the project$/,
  ],
  ['\ufeffA=1\n', /^\.env:1 the file begins with a byte order mark, .* save it as UTF-8 without one$/],
  ['one\ntwo\n', /^\.env:1 .*command not found\n\.env:2 .*command not found$/],
];
for (const [content, message] of refused) {
  test(`${JSON.stringify(content.slice(0, 60))} is an error that names file, line and reason`, async () => {
    const error = await knownError(read(content), 'PONS_ERR_PROJECT_DOTENV');
    assert.match(error.message, message);
  });
}

test('a file in UTF-16 is an error that says so', async () => {
  const projectDir = makeTree({});
  writeFileSync(join(projectDir, '.env'), Buffer.from('\ufeffA=1\n', 'utf16le'));
  const error = await knownError(readDotenv({ projectDir, environment: machine }), 'PONS_ERR_PROJECT_DOTENV');
  assert.match(error.message, /^\.env:1 the file begins with UTF-16; save it as UTF-8$/);
});

test('a file that bash takes for a program is an error', async () => {
  const projectDir = makeTree({});
  writeFileSync(join(projectDir, '.env'), readFileSync('/bin/sh'));
  const error = await knownError(readDotenv({ projectDir, environment: machine }), 'PONS_ERR_PROJECT_DOTENV');
  assert.match(error.message, /^\.env is no text; /);
});

test('a NUL character is said, with its line, since bash leaves it out', async () => {
  const { variables, notices } = await read('A=1\nB=2\0 3\n'.replace(' ', ''));
  assert.equal(variables, { A: '1', B: '23' });
  assert.match(notices[0] ?? '', /^\.env:2 has a NUL character/);
});

test('no part of a value ever appears in an error', async () => {
  for (const content of [
    'PASSWORD=hunter2 hunter2\n',
    'PASSWORD = hunter2\n',
    'PASSWORD=x hunter2/hunter2\n',
    'PASSWORD="hunter2\n',
    'PASSWORD=(hunter2\n',
    'PASSWORD=$(hunter2)\n',
    'PASSWORD=${hunter2 hunter2}\n',
    'PASSWORD=hunter2)hunter2\n',
    'PASSWORD=x >hunter2/hunter2\n',
    'PASSWORD=$((hunter2 hunter2))\n',
    'PASSWORD=x; if hunter2; fi hunter2\n',
    'export hunter2-hunter2\n',
    'export PASSWORD=x hunter2-2=3\n',
    'PASSWORD=x; declare -i N="2 hunter2"\n',
    'case x in hunter2 hunter2\n',
    'PASSWORD=${NONE:?hunter2}\n',
    'cat <<hunter2 >$NONE\nhunter2\n',
    '[[ hunter2 hunter2 ]]\n',
    'hunter2-f() hunter2\n',
  ]) {
    const error = await knownError(read(content), 'PONS_ERR_PROJECT_DOTENV');
    assert.not.match(error.message, 'hunter2', content);
    assert.match(error.message, /^\.env:\d/, content);
  }
});

test('bash speaks English about a file that sets another language', async () => {
  const error = await knownError(read('LC_ALL=de_DE.UTF-8\nLANGUAGE=de\nA = 1\n'), 'PONS_ERR_PROJECT_DOTENV');
  assert.match(error.message, /^\.env:3 .*command not found$/);
});

test('a locale that the machine lacks is no error', async () => {
  assert.equal((await read('LC_ALL=xx_YY.UTF-8\n')).variables, { LC_ALL: 'xx_YY.UTF-8' });
});

test('Windows line ends are kept in the values, as they were, and said', async () => {
  const { variables, notices } = await read('A=1\r\nB=2\r\n');
  assert.equal(variables, { A: '1\r', B: '2\r' });
  assert.is(notices.length, 1);
  assert.match(notices[0] ?? '', 'CRLF');
});

test('bytes that are not UTF-8 are said, by the name of their variable only', async () => {
  const { notices } = await read(Buffer.from('A=caf\xe9\nB=ok\n', 'latin1'));
  assert.is(notices.length, 1);
  assert.match(notices[0] ?? '', /gives A bytes/);
  assert.not.match(notices[0] ?? '', 'caf');
});

test('a file that does not end is stopped at the time limit, with all that it started', async () => {
  const projectDir = makeTree({ '.env': 'sleep 1000 & echo $! > pid\nwhile :; do sleep 0.01; done\n' });
  const error = await knownError(readDotenv({ projectDir, environment: machine }), 'PONS_ERR_PROJECT_DOTENV');
  assert.is(error.message, '.env bash did not finish it in time');
  await waitForDeaths([Number(readFileSync(join(projectDir, 'pid'), 'utf8'))], 30_000);
});

test('a process that is left in the background neither holds it up nor lives on', async () => {
  const projectDir = makeTree({ '.env': 'sleep 1000 &\necho $! > pid\nA=1\n' });
  const { variables } = await deadline(30_000, readDotenv({ projectDir, environment: machine }), 'reading .env');
  assert.equal(variables, { A: '1' });
  await waitForDeaths([Number(readFileSync(join(projectDir, 'pid'), 'utf8'))], 30_000);
});

test('endless output is stopped', async () => {
  const error = await knownError(read('yes >&2\n'), 'PONS_ERR_PROJECT_DOTENV');
  assert.match(error.message, 'too much output');
});

test('a machine without bash is told so', async () => {
  const path = process.env['PATH'];
  process.env['PATH'] = makeTree({});
  try {
    await knownError(read('A=1\n'), 'PONS_ERR_PROJECT_BASH_MISSING');
  } finally {
    process.env['PATH'] = path;
  }
});

test('.env of a snapshot may be changed while it is read by others', async () => {
  const projectDir = makeTree({ '.env': 'A=1\n' });
  const readings = Array.from({ length: 5 }, () => readDotenv({ projectDir, environment: machineEnvironment() }));
  mkdirSync(join(projectDir, 'other'));
  writeFileSync(join(projectDir, 'other', '.env'), 'A=2\n');
  for (const { variables } of await Promise.all(readings)) assert.equal(variables, { A: '1' });
});

/** A zombie is gone, though it may be reaped late. */
test.run();
