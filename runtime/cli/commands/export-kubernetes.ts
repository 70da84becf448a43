import { Command, InvalidArgumentError } from 'commander';
import { planExport, type ExportPlan } from '../../package/exported/plan.ts';
import { writeExport } from '../../package/exported/write.ts';
import { buildManifests } from '../../package/kubernetes/manifests.ts';
import { referredBy } from '../../package/kubernetes/settings.ts';
import { readExportedProject } from '../../supervisor/exported-project.ts';
import { settingsOf, withExportOptions, type ExportFlags } from '../export-options.ts';
import { writeError, writeLine } from '../terminal.ts';

interface KubernetesFlags extends ExportFlags {
  readonly namespace?: string;
  readonly keda: boolean;
  readonly serviceMonitor: boolean;
  readonly prometheus: string;
}

/** `pons export kubernetes`. */
export function exportKubernetesCommand(version: string): Command {
  const command = new Command('kubernetes').description('write a folder for kubectl apply -k');
  return withExportOptions(command, 'kubernetes', 'the folder')
    .option('--namespace <name>', 'namespace of all objects (default: wherever they are applied)', parseNamespace)
    .option('--no-keda', 'leave the number of replicas at min_replicas: there is no KEDA')
    .option('--no-service-monitor', 'there is no Prometheus operator')
    .option(
      '--prometheus <url>',
      'where KEDA asks for the length of queues',
      parseUrl,
      'http://prometheus-operated.monitoring:9090',
    )
    .action(async (path: string, flags: KubernetesFlags) => {
      const plan = planExport(await readExportedProject(path), settingsOf(flags, version));
      const files = buildManifests(plan, {
        namespace: flags.namespace ?? null,
        scales: flags.keda,
        isMonitored: flags.serviceMonitor,
        prometheusUrl: flags.prometheus,
      });
      await writeExport(flags.out, files);
      for (const notice of [...plan.notices, ...expected(plan)]) writeError(notice);
      writeLine(`Wrote ${flags.out}`);
    });
}

/** What has to be in the cluster before, in commands. */
function expected(plan: ExportPlan): readonly string[] {
  const { redisSecret, dotenvSecret, modelsClaim } = referredBy(plan);
  const lines = [`The pods need: kubectl create secret generic ${redisSecret} --from-literal=url=redis://...`];
  if (plan.project.dotenv !== null) {
    lines.push(`The pods need: kubectl create secret generic ${dotenvSecret} --from-file=.env`);
  }
  if (plan.apis.some(({ mountedModels }) => mountedModels.length > 0)) {
    lines.push(`The pods need: the PersistentVolumeClaim ${modelsClaim}, with the models where the project has them`);
  }
  return lines;
}

function parseNamespace(text: string): string {
  if (!/^[a-z0-9]([-a-z0-9]{0,61}[a-z0-9])?$/.test(text))
    throw new InvalidArgumentError('It must be lower-case letters, digits and dashes, such as team-a.');
  return text;
}

function parseUrl(text: string): string {
  if (!/^https?:\/\/[^\s"]+$/.test(text))
    throw new InvalidArgumentError('It must be a URL, such as http://prometheus.monitoring:9090.');
  return text;
}
