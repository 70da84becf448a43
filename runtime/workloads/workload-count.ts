/** So many workloads, in words: `1 workload`, `2 workloads`. */
export function workloadCount(count: number): string {
  return `${count} ${count === 1 ? 'workload' : 'workloads'}`;
}
