import type { Actor } from './actor.ts';
import type { FaultName } from './history/event.ts';
import type { Stage } from './stage.ts';

/** What a harm may do and know. */
export interface Scene {
  readonly stage: Stage;
  readonly random: () => number;
  /** Waits, but not past the end of the run. */
  readonly wait: (ms: number) => Promise<void>;
  /** How long it is to last, in ms: most harms are short, some long. */
  readonly lasting: (shortMs: number, longMs: number) => number;
}

/** One way to do harm. */
export type Harm =
  /** To Redis, or to the way there of all processes. */
  | { readonly name: FaultName; readonly to: 'redis'; readonly act: (scene: Scene) => Promise<void> }
  | {
      readonly name: FaultName;
      readonly to: 'gateways' | 'hosts';
      readonly act: (scene: Scene, victim: Actor) => Promise<void>;
    };
