import { defineError } from '../entry.ts';

interface NotStarted {
  /** What was to be started, as it begins a sentence. */
  readonly what: string;
  /** The words of the system, with its name for the error. */
  readonly said: string;
}

/** What the machine, or a limit on it, lacked at the moment when a process was to be started. It may be there at the next one. */
export const machineErrors = {
  PONS_ERR_MACHINE_NO_MEMORY: defineError({
    fault: 'system',
    status: 500,
    message: ({ what, said }: NotStarted) =>
      `${what} could not be started, since there is no memory left for it (${said}).`,
    fix: 'Free memory, or raise the memory limit of the container, control group or service that Pons runs in; where free shows enough, set vm.overcommit_memory to 0 or 1.',
  }),
  PONS_ERR_MACHINE_NO_PROCESSES: defineError({
    fault: 'system',
    status: 500,
    message: ({ what, said }: NotStarted) =>
      `${what} could not be started, since there may be no more processes and threads (${said}).`,
    fix: 'End processes that are not needed, or raise what limits them: the pids limit of the container or control group (TasksMax of a service), ulimit -u of the user, or kernel.threads-max and kernel.pid_max of the machine.',
  }),
  PONS_ERR_MACHINE_NO_FILES: defineError({
    fault: 'system',
    status: 500,
    message: ({ what, said }: NotStarted) =>
      `${what} could not be started, since there may be no more open files (${said}).`,
    fix: 'Raise the limit of open files: for EMFILE that of Pons (ulimit -n, or LimitNOFILE of a service), for ENFILE that of the machine (fs.file-max).',
  }),
};
