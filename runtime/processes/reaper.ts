/**
 * Hazard: a Pons that is killed by SIGKILL leaves what it started behind. Remedy: one small shell that reads what to watch from a pipe; the
 * pipe's end, however it comes, is the end of Pons.
 */
import type { Writable } from 'node:stream';
import { execa } from 'execa';
import { assertNoShortage } from './shortage.ts';
import { assertSpawnRoom } from './spawn-room.ts';

// A process group is left by whoever calls setsid. The mount namespace is not, nor the environment, which names the project folder of
// one process and no other. The kernel gives the number of a namespace that has ended to the next one, so that the mounts have to agree: those of the
// run folder, of which the project folder is a part. All processes are looked at at once, since a shell that starts a program for each is slow enough for them to be in
// the way of the next Pons, and again as long as there are any: one may have forked meanwhile.
const script = `
trap '' INT TERM HUP
# Up to the end of Pons without another process, and what is watched is killed so, too: where there is no room for one, a shell that needs it is gone.
line='
'
watched=$line
groups=
while read -r act what; do
  case $act in
    watch) watched=$watched$what$line ;;
    forget)
      case $watched in *"$line$what$line"*)
        watched="\${watched%%"$line$what$line"*}$line\${watched#*"$line$what$line"}" ;;
      esac ;;
    groups) groups=$what ;;
  esac
done
spaces=' '
places=
while [ "$watched" ]; do
  one=\${watched%%"$line"*}
  watched=\${watched#*"$line"}
  [ "$one" ] || continue
  group=\${one%% *}
  one=\${one#* }
  space=\${one%% *}
  folder=\${one#* }
  kill -s KILL -- "-$group" 2>/dev/null
  [ "$folder" = - ] || set -- "$@" -e "CORTEX_PROJECT_DIR=$folder"
  [ "$space" = - ] && continue
  spaces="$spaces$space "
  # What cannot be told agrees with everything.
  place=\${folder%/*}
  [ "$folder" = - ] && place= || place="/\${place##*/}/"
  places="$places$place
"
done
[ -d /proc/self ] || exit 0
in_spaces() {
  ls -l /proc/[0-9]*/ns/mnt 2>/dev/null | while read -r line; do
    space=\${line##*mnt:[}
    pid=\${line#*/proc/}
    pid=\${pid%%/*}
    case $spaces in *" \${space%]} "*)
      printf '%s' "$places" | grep -qsF -f - "/proc/$pid/mountinfo" && printf '%s\\n' "$pid" ;;
    esac
  done
}
in_folders() {
  [ $# -eq 0 ] || grep -lzxF "$@" /proc/[0-9]*/environ 2>/dev/null | while IFS=/ read -r _ _ pid _; do printf '%s\\n' "$pid"; done
}
for round in 1 2 3 4 5; do
  found=
  for pid in $(in_spaces; in_folders "$@"); do kill -s KILL "$pid" 2>/dev/null && found=yes; done
  [ "$found" ] || break
done
# A control group can be removed when the last of its processes is gone, which is some moments after it was killed.
tries=100
while [ "$groups" ] && [ -d "$groups" ] && [ $tries -gt 0 ]; do
  rmdir "$groups"/*/* "$groups"/* "$groups" 2>/dev/null || sleep 0.05
  tries=$((tries - 1))
done
exit 0
`;

const WHAT = 'The shell that ends what Pons has started';

/** What has to end with Pons: a process group, and what left it but is still known by where it runs. */
export interface Watched {
  readonly group: number;
  /** The number of the mount namespace that it has for itself; null where it shares ours. */
  readonly mountNamespace: string | null;
  /** The folder that only it sees as the project, in its environment; null for anything but a predictor process. */
  readonly projectDir: string | null;
}

export class Reaper {
  readonly #input: Writable;
  readonly #shell: { ref: () => void; isThere: boolean; ended: Promise<unknown> };

  /** Throws `PONS_ERR_MACHINE_NO_FILES`. What else keeps the shell from being started, `started` tells. */
  constructor() {
    assertSpawnRoom(WHAT);
    const shell = execa('/bin/sh', ['-c', script], {
      stdin: 'pipe',
      stdout: 'ignore',
      stderr: 'ignore',
      buffer: false,
      detached: true,
      cleanup: false,
      reject: false,
      extendEnv: false,
      env: { PATH: process.env['PATH'] ?? '/usr/bin:/bin' },
    });
    shell.stdin.on('error', () => undefined);
    shell.unref();
    this.#input = shell.stdin;
    this.#shell = {
      ref: () => {
        shell.ref();
      },
      isThere: shell.pid !== undefined,
      ended: shell,
    };
  }

  /** Rejects where there is no shell, which nothing else would show: with an error of the area MACHINE, or the system's. To be awaited before anything is watched. */
  async started(): Promise<void> {
    if (this.#shell.isThere) return;
    const failed = await this.#shell.ended;
    assertNoShortage(failed, WHAT);
    throw failed as Error;
  }

  watch(watched: Watched): void {
    this.#input.write(`watch ${lineOf(watched)}\n`);
  }

  forget(watched: Watched): void {
    this.#input.write(`forget ${lineOf(watched)}\n`);
  }

  /** Has the control groups below this one, and itself, removed at the end, if they are there. */
  removeGroups(dir: string): void {
    this.#input.write(`groups ${dir}\n`);
  }

  /** Ends the shell; what is still watched is killed. */
  async close(): Promise<void> {
    this.#shell.ref();
    this.#input.end();
    await this.#shell.ended;
  }
}

function lineOf({ group, mountNamespace, projectDir }: Watched): string {
  // A folder whose name has a line feed cannot be told; its group and namespace can.
  const folder = projectDir === null || /[\n\r]/.test(projectDir) ? '-' : projectDir;
  return `${group} ${mountNamespace ?? '-'} ${folder}`;
}
