import { messageOf } from '../../errors/render.ts';
import { ControlGroups } from './control-groups.ts';
import { findOwnGroup } from './own-group.ts';
import { WATCH_MS } from './look-pause.ts';
import { ResidentWatch } from './resident-watch.ts';
import type { MemoryShare } from './share.ts';

/** How `compute.mem` is held to on this machine. */
export interface MemoryEnforcement {
  /** What is to be said of it at start. */
  readonly notice: { readonly level: 'info' | 'warning'; readonly text: string };
  /** The folder of the control groups, which has to be removed at the end; null where there are none. */
  readonly dir: string | null;
  /** What the replica of this name may use; null where nothing can be done. */
  share(name: string, allowedBytes: number): Promise<MemoryShare | null>;
  /** To be called when all processes have ended. */
  close(): Promise<void>;
}

/** Finds out by doing it. To be opened only where an API has a limit. */
export async function openEnforcement(): Promise<MemoryEnforcement> {
  if (process.platform !== 'linux') {
    const text = 'compute.mem is not enforced: that takes Linux; predictors may use what the machine has';
    return { notice: { level: 'warning', text }, dir: null, share: () => Promise.resolve(null), close: nothing };
  }
  const own = await findOwnGroup();
  try {
    if (own === null) throw new Error('no control groups can be seen');
    const groups = await ControlGroups.open(own);
    const text = `compute.mem is enforced by the kernel: control groups of version ${own.version}`;
    return {
      notice: { level: 'info', text },
      dir: groups.dir,
      share: (name, allowedBytes) => groups.share(name, allowedBytes),
      close: () => groups.close(),
    };
  } catch (error) {
    const text = `compute.mem is enforced by looking at the memory of predictors every ${WATCH_MS} ms, since no control group can be made (${messageOf(error)})`;
    return watching({ level: 'info', text });
  }
}

function watching(notice: MemoryEnforcement['notice']): MemoryEnforcement {
  const watch = new ResidentWatch();
  const shares = new Map<string, MemoryShare>();
  return {
    notice,
    dir: null,
    share: (name, allowedBytes) => {
      const share = shares.get(name) ?? watch.share(allowedBytes);
      shares.set(name, share);
      return Promise.resolve(share);
    },
    close: nothing,
  };
}

function nothing(): Promise<void> {
  return Promise.resolve();
}
