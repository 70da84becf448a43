import type { Share } from '../exported/compute.ts';

/** `compute.cpu` is what Kubernetes calls a request: a weight where processors are short. */
export function limits({ cpuMillis, memory, gpu }: Share, shmSizeBytes: number | null): object {
  return {
    cpus: Math.max(1, Math.ceil(cpuMillis / 1000)),
    cpu_shares: Math.max(2, Math.round((cpuMillis * 1024) / 1000)),
    ...(memory !== null && { mem_limit: memory.limitBytes, mem_reservation: memory.requestBytes }),
    ...(shmSizeBytes !== null && { shm_size: shmSizeBytes }),
    ...(gpu > 0 && {
      deploy: { resources: { reservations: { devices: [{ driver: 'nvidia', count: gpu, capabilities: ['gpu'] }] } } },
    }),
  };
}
