import type { Packet } from '../../bridge/node/connection.ts';
import { up, type MetricParams } from '../../bridge/node/methods.ts';
import type { ProcessOptions } from './process-options.ts';

/** Hands on what a host tells without being asked. */
export function notificationsTo({
  logger,
  onMetric,
}: Pick<ProcessOptions, 'logger' | 'onMetric'>): (method: string, packet: Packet) => void {
  return (method, packet) => {
    if (method === up.log) logger.raw(packet.body.toString('utf8'));
    else if (method === up.metric) onMetric(packet.value as MetricParams);
  };
}
