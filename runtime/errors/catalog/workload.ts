import { defineError } from '../entry.ts';

export const workloadErrors = {
  PONS_ERR_STATE_NOT_A_FOLDER: defineError({
    fault: 'user',
    status: 500,
    message: ({ path }: { path: string }) =>
      `The state folder ${path} is not a folder: a file of that name is in its place.`,
    fix: 'Name a folder with --state-dir, or move the file away.',
  }),
  PONS_ERR_STATE_FOREIGN: defineError({
    fault: 'user',
    status: 500,
    message: ({ path, found }: { path: string; found: readonly string[] }) => {
      const shown = found.slice(0, 5).join(', ') + (found.length > 5 ? ` and ${found.length - 5} more` : '');
      return (
        `The folder ${path} cannot keep the state of Pons: it is not empty and was not made by Pons (found: ${shown}). ` +
        'Pons deletes files in its state folder; nothing here was changed.'
      );
    },
    fix: 'Name an empty or new folder with --state-dir.',
  }),
  PONS_ERR_STATE_UNWRITABLE: defineError({
    fault: 'user',
    status: 500,
    message: ({ path, reason }: { path: string; reason: string }) =>
      `The state folder ${path} cannot be used: ${reason}; Pons must be able to create, write and delete files in it.`,
    fix: 'Give the user who runs Pons write access to the folder, or name another one with --state-dir.',
  }),
  PONS_ERR_STATE_DISK_FULL: defineError({
    fault: 'system',
    status: 500,
    message: ({ path, freeBytes }: { path: string; freeBytes: number | null }) => {
      const free = freeBytes === null ? '' : `: ${Math.floor(Math.max(freeBytes, 0) / 1024)} KB are free`;
      return `The disk that holds ${path} is full${free}; Pons cannot start.`;
    },
    fix: 'Free some disk space and start Pons again; what it had stored is kept.',
  }),
  PONS_ERR_STATE_TEMP_UNWRITABLE: defineError({
    fault: 'user',
    status: 500,
    message: ({ path, reason }: { path: string; reason: string }) =>
      `The folder for temporary files ${path} cannot be written: ${reason}.`,
    fix: 'Make it writable, which in a container with a read-only root file system takes a mount (--tmpfs /tmp, or --volume /tmp where compiled code is loaded from it), or name another folder in TMPDIR.',
  }),
  PONS_ERR_STATE_LOCKED: defineError({
    fault: 'user',
    status: 500,
    message: ({ path, holder }: { path: string; holder: string }) =>
      `The state folder ${path} is in use by ${holder}; only one supervisor at a time may use a state folder.`,
    fix: 'Stop the other supervisor first, or name another folder with --state-dir.',
  }),
  PONS_ERR_STORE_CORRUPT: defineError({
    fault: 'system',
    status: 500,
    message: ({ path, reason }: { path: string; reason: string }) => {
      const folder = path.slice(0, path.lastIndexOf('/'));
      return (
        `The store ${path} is damaged: ${reason}. Nothing of it was deleted. To keep it aside and begin with an empty one: ` +
        `mkdir '${folder}/damaged' && mv '${path}'* '${folder}/bodies' '${folder}/damaged/'`
      );
    },
    fix: 'Restore the store from a backup, or keep it aside with the command shown and start again.',
  }),
  PONS_ERR_STORE_MISSING: defineError({
    fault: 'user',
    status: 500,
    message: ({ path, made }: { path: string; made: string }) =>
      `The store ${path} is missing, though there was one: ${made} says so. Nothing was changed or deleted.`,
    fix: 'Put the store back from where it went, or delete the file named to begin with an empty one, which deletes what is left of the old one.',
  }),
  PONS_ERR_STORE_VERSION: defineError({
    fault: 'user',
    status: 500,
    message: ({ path, found, supported }: { path: string; found: number; supported: number }) =>
      `The store ${path} has format version ${found}; this version of Pons reads versions up to ${supported}.`,
    fix: 'Run the version of Pons that wrote the store, or a later one, or name another folder with --state-dir.',
  }),
  PONS_ERR_STORE_FULL: defineError({
    fault: 'system',
    status: 503,
    message: ({ path, freeBytes }: { path: string; freeBytes: number | null }) => {
      const free = freeBytes === null ? '' : `: ${Math.floor(Math.max(freeBytes, 0) / (1024 * 1024))} MB are free`;
      return `The disk that holds ${path} is full${free}; 64 MB are kept free for results, so nothing new is stored.`;
    },
    fix: 'Free some disk space and send the request again; the service goes on by itself.',
  }),
  PONS_ERR_STORE_IO: defineError({
    fault: 'system',
    status: 500,
    message: ({ path, reason }: { path: string; reason: string }) =>
      `The store ${path} could not be read or written: ${reason}; nothing was changed.`,
    fix: 'Check the disk that holds the state folder, then send the request again, or start Pons again where it has ended.',
  }),
  PONS_ERR_STORE_LOST: defineError({
    fault: 'system',
    status: 503,
    message: ({ path, reason }: { path: string; reason: string }) =>
      `The store ${path} is gone for this run of Pons: ${reason}. What was answered before is safe; whether this request was carried out shows after the next start.`,
    fix: 'Start Pons again, then send the request again with the same x-request-id.',
  }),
  PONS_ERR_STORE_DELETED: defineError({
    fault: 'system',
    status: 503,
    message: ({ path }: { path: string }) =>
      `Somebody deleted or replaced the store ${path} while Pons has it open: what is stored from now on would be gone at the next start.`,
    fix: 'Fetch the results that you need, then stop Pons and start it again; leave its state folder alone while it runs.',
  }),
  PONS_ERR_STORE_CLOSED: defineError({
    fault: 'system',
    status: 503,
    message: ({ path }: { path: string }) => `The store ${path} is closed, since the supervisor is stopping.`,
    fix: 'Send the request again when the supervisor has been started again.',
  }),
  PONS_ERR_WORKLOAD_ATTEMPTS: defineError({
    fault: 'predictor',
    status: 500,
    message: ({ reasons }: { reasons: readonly string[] }) =>
      `None of the ${reasons.length} attempts at this workload came to its end: ` +
      `${reasons.map((reason, at) => `attempt ${at + 1}: ${reason.replace(/\.(?= \[\w+\]$|$)/, '')}`).join('; ')}.`,
    fix: 'Mend what the attempts tell, such as what in this payload ends the process (most often memory), then submit it under a new id.',
  }),
  PONS_ERR_WORKLOAD_SUPERVISOR_DEATHS: defineError({
    fault: 'system',
    status: 500,
    message: ({ deaths }: { deaths: number }) =>
      `The supervisor ended abruptly ${deaths} times while this workload was running, so it is not tried again.`,
    fix: "Find out in the machine's log what ended the supervisor (most often memory), then submit the workload under a new id.",
  }),
  PONS_ERR_WORKLOAD_OUTCOMES_WAIT: defineError({
    fault: 'system',
    status: 503,
    message: ({ count, reason }: { count: number; reason: string }) =>
      `${count} outcomes could not be stored and wait in memory, so no further workload is begun (${reason}).`,
    fix: 'Do what that needs: what waits is stored by itself then, and the service goes on.',
  }),
  PONS_ERR_WORKLOAD_BODY_MISSING: defineError({
    fault: 'system',
    status: 500,
    message: ({ path }: { path: string }) => `${path}, which holds a body of this workload, is missing.`,
    fix: 'Do not delete files below the state folder, nor keys of Pons in Redis or its objects in S3; submit the workload again under a new id.',
  }),
  PONS_ERR_WORKLOAD_BODY_DAMAGED: defineError({
    fault: 'system',
    status: 500,
    message: ({ problem }: { problem: string }) => `A body of this workload is not what was stored: ${problem}.`,
    fix: 'Check the disk or the S3 that holds it, and let nobody but Pons write there; submit the workload again under a new id.',
  }),
};
