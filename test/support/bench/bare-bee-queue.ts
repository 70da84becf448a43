import BeeQueue from 'bee-queue';

const IN_FLIGHT = 100;

/** Adds `count` jobs to an empty bee-queue and works them off in the same process; resolves to how many a second that makes. */
export async function passThroughBeeQueue(url: string, count: number): Promise<number> {
  const { hostname, port } = new URL(url);
  const queue = new BeeQueue<object>('bench', {
    redis: { host: hostname, port: Number(port) },
    ...{ getEvents: false, sendEvents: false, storeJobs: false, removeOnSuccess: true },
  });
  await queue.ready();
  let done = 0;
  const allDone = new Promise<void>((resolve) => {
    queue.process(IN_FLIGHT, () => {
      done += 1;
      if (done === count) resolve();
      return Promise.resolve();
    });
  });
  const begin = performance.now();
  let left = count;
  const add = async (): Promise<void> => {
    while (left-- > 0) await queue.createJob({}).save();
  };
  await Promise.all(Array.from({ length: IN_FLIGHT }, add));
  await allDone;
  const perSecond = (count * 1000) / (performance.now() - begin);
  await queue.close();
  return perSecond;
}
