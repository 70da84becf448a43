import { Gauge, type Registry } from 'prom-client';

/** Registers whether the store takes new workloads; asked for each answer. `refusal` resolves to null where it does. */
export function addStoreGauge(registry: Registry, refusal: () => Promise<unknown>): void {
  new Gauge({
    name: 'pons_store_available',
    help: '1 where the store takes new workloads, 0 where it refuses them',
    registers: [registry],
    async collect() {
      this.set((await refusal()) === null ? 1 : 0);
    },
  });
}
