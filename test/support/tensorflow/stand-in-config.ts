import { ServingChannel } from '../../../runtime/models/tensorflow/channel.ts';
import type { StandIn } from './stand-in.ts';

/** Makes a server serve these models and nothing else, as whoever runs it would; `bases` are base paths by model name. */
export async function reconfigure(server: StandIn, bases: Readonly<Record<string, string>>): Promise<void> {
  const channel = await ServingChannel.open(`127.0.0.1:${server.address.port}`, { onSilent: () => undefined });
  const config = Object.entries(bases).map(([name, base]) => ({ name, base_path: base, model_platform: 'tensorflow' }));
  await channel.reload({ model_config_list: { config } }, { timeoutMs: 30_000, signal: new AbortController().signal });
  channel.close();
}
