const WORKLOAD_ID = /^[A-Za-z0-9._:-]{1,128}$/;

/** Whether a workload can have this id at all. */
export function isWorkloadId(text: string): boolean {
  return WORKLOAD_ID.test(text);
}
