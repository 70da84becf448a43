import type { Share } from '../exported/compute.ts';

/** What the kernel takes. */
const [FEWEST_SHARES, MOST_SHARES] = [2, 262_144];

/**
 * `compute.cpu` is what Kubernetes calls a request: a weight where processors are short. No quota: an engine refuses one above the processors of its
 * machine, and the default was never a limit.
 */
export function limits({ cpuMillis, memory, gpu }: Share, shmSizeBytes: number | null): object {
  return {
    cpu_shares: Math.min(Math.max(FEWEST_SHARES, Math.round((cpuMillis * 1024) / 1000)), MOST_SHARES),
    ...(memory !== null && { mem_limit: memory.limitBytes, mem_reservation: memory.requestBytes }),
    ...(shmSizeBytes !== null && { shm_size: shmSizeBytes }),
    ...(gpu > 0 && {
      deploy: {
        resources: {
          reservations: {
            // Where reservations stand here, version 2 wants to find the memory's here too, and the same.
            ...(memory !== null && { memory: String(memory.requestBytes) }),
            devices: [{ driver: 'nvidia', count: gpu, capabilities: ['gpu'] }],
          },
        },
      },
    }),
  };
}
