import { defineError } from '../entry.ts';

export const projectErrors = {
  PONS_ERR_PROJECT_NOT_FOUND: defineError<{ path: string; near: string | null }>({
    fault: 'user',
    status: 500,
    message: ({ path, near }) =>
      `There is nothing at ${path}; a project folder or its configuration file was expected.${near === null ? '' : ` Did you mean ${near}?`}`,
    fix: 'Name the folder that holds cortex.yaml, or the configuration file itself.',
  }),
  PONS_ERR_PROJECT_NO_CONFIG: defineError<{ folder: string; others: readonly string[] }>({
    fault: 'user',
    status: 500,
    message: ({ folder, others }) =>
      `The folder ${folder} has no cortex.yaml.${others.length === 0 ? ' It holds no other YAML file either.' : ` It holds ${others.join(', ')}.`}`,
    fix: 'Name the folder that holds cortex.yaml; where the configuration has another name, name that file.',
  }),
  PONS_ERR_PROJECT_CONFIG_NOT_FILE: defineError<{ path: string }>({
    fault: 'user',
    status: 500,
    message: ({ path }) => `${path} is neither a folder nor a regular file.`,
    fix: 'Name the folder that holds cortex.yaml, or the configuration file itself.',
  }),
  PONS_ERR_PROJECT_PYTHON_FILE: defineError<{ path: string }>({
    fault: 'user',
    status: 500,
    message: ({ path }) => `${path} is a Python file; a project folder or its configuration file was expected.`,
    fix: 'Name the folder that holds cortex.yaml, whose predictor.path names the Python file, or the configuration file itself.',
  }),
  PONS_ERR_PROJECT_UNREADABLE: defineError<{ path: string; reason: string }>({
    fault: 'user',
    status: 500,
    message: ({ path, reason }) => `${path} cannot be read (${reason}).`,
    fix: 'Give the user that runs Pons permission to read it, or exclude it with a line in .cortexignore.',
  }),
  PONS_ERR_PROJECT_NOT_STAGED: defineError<{ path: string; folder: string; reason: string }>({
    fault: 'system',
    status: 500,
    message: ({ path, folder, reason }) => `${path} could not be copied to ${folder} (${reason}).`,
    fix: 'Make the state folder writable, or name another one with --state-dir.',
  }),
  PONS_ERR_PROJECT_DISK_FULL: defineError<{ folder: string; reason: string }>({
    fault: 'system',
    status: 500,
    message: ({ folder, reason }) => `The disk is full: the project could not be copied to ${folder} (${reason}).`,
    fix: 'Free space there, exclude large files with .cortexignore, or name a state folder on another disk with --state-dir.',
  }),
  PONS_ERR_PROJECT_BASH_MISSING: defineError<{ needed: string }>({
    fault: 'system',
    status: 500,
    message: ({ needed }) => `bash was not found on the PATH; it is needed to ${needed}.`,
    fix: 'Install bash.',
  }),
  PONS_ERR_PROJECT_DOTENV: defineError<{ file: string; problems: readonly { line: number | null; reason: string }[] }>({
    fault: 'user',
    status: 500,
    message: ({ file, problems }) =>
      problems.map(({ line, reason }) => `${file}${line === null ? '' : `:${line}`} ${reason}`).join('\n'),
    fix: 'Write one VARIABLE=value a line, without spaces around "=", and put quotes around a value that holds spaces or special characters.',
  }),
  PONS_ERR_PROJECT_PYTHON_UNUSABLE: defineError<{ tried: readonly { command: string; reason: string }[] }>({
    fault: 'user',
    status: 500,
    message: ({ tried }) =>
      `No usable Python was found. Tried: ${tried.map(({ command, reason }) => `${command} (${reason})`).join('; ')}.`,
    fix: 'Install Python 3.6 or later, or name one with --python PATH.',
  }),
  PONS_ERR_PROJECT_DEPENDENCY_FILE_MISSING: defineError<{ field: string; path: string }>({
    fault: 'user',
    status: 500,
    message: ({ field, path }) => `${field}: ${path} is not among the files of the project.`,
    fix: 'Correct the path, which is relative to the project folder, add the file, or stop excluding it in .cortexignore.',
  }),
  PONS_ERR_PROJECT_DEPENDENCIES_SH_FAILED: defineError<{ path: string; outcome: string; lastLines: readonly string[] }>(
    {
      fault: 'user',
      status: 500,
      message: ({ path, outcome, lastLines }) => `${path} ${outcome}.${quoted(lastLines)}`,
      fix: 'Correct the script, or start without --run-dependencies-sh and make its changes by hand.',
    },
  ),
  PONS_ERR_PROJECT_CONDA_MISSING: defineError<{ path: string }>({
    fault: 'user',
    status: 500,
    message: ({ path }) => `The project has ${path}, but none of mamba, micromamba and conda is on the PATH.`,
    fix: 'Install micromamba, mamba or conda and start again, or name a Python that has the packages with --python PATH.',
  }),
  PONS_ERR_PROJECT_INSTALL_FAILED: defineError<{
    what: string;
    command: string;
    outcome: string;
    lastLines: readonly string[];
  }>({
    fault: 'user',
    status: 500,
    message: ({ what, command, outcome, lastLines }) =>
      `${what} could not be installed: ${command} ${outcome}.${quoted(lastLines)}`,
    fix: 'Correct what the last lines name (without a network, pip says that there is no matching distribution; an old pin may need an older Python, put first on the PATH), or name a Python that has the packages already with --python PATH.',
  }),
  PONS_ERR_PROJECT_VENV_FAILED: defineError<{ python: string; outcome: string; lastLines: readonly string[] }>({
    fault: 'system',
    status: 500,
    message: ({ python, outcome, lastLines }) =>
      `No virtual environment could be made: ${python} -m venv ${outcome}.${quoted(lastLines)}`,
    fix: 'Install the venv module of this Python (on Debian and Ubuntu: apt install python3-venv), install uv, or name another Python with --python PATH.',
  }),
  PONS_ERR_PROJECT_IMPORTS_UNKNOWN: defineError<{ python: string; outcome: string; lastLines: readonly string[] }>({
    fault: 'system',
    status: 500,
    message: ({ python, outcome, lastLines }) =>
      `${python} could not tell which packages the project imports: it ${outcome}.${quoted(lastLines)}`,
    fix: 'Run that Python by hand and mend what it reports, or name another one with --python PATH.',
  }),
};

function quoted(lines: readonly string[]): string {
  return lines.length === 0 ? '' : ` It ended with:\n${lines.map((line) => `    ${line}`).join('\n')}`;
}
