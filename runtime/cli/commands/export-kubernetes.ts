import { join } from 'node:path';
import { Command, InvalidArgumentError } from 'commander';
import { planExport, type ExportPlan } from '../../package/exported/plan.ts';
import { replaceExport } from '../../package/exported/replace.ts';
import { namespaceIn } from '../../package/kubernetes/earlier-folder.ts';
import { leftInCluster, perhapsElsewhere } from '../../package/kubernetes/left-in-cluster.ts';
import { buildManifests, KUBERNETES_EXPORT } from '../../package/kubernetes/manifests.ts';
import { namespaceOf } from '../../package/kubernetes/monitoring.ts';
import { referredBy } from '../../package/kubernetes/referred.ts';
import type { Scaling } from '../../package/kubernetes/settings.ts';
import { shellWord } from '../../processes/shell-word.ts';
import { readExportedProject } from '../../supervisor/exported-project.ts';
import { settingsOf, withExportOptions, type ExportFlags } from '../export-options.ts';
import { writeError, writeLine } from '../terminal.ts';

interface KubernetesFlags extends ExportFlags {
  readonly namespace?: string;
  readonly keda: boolean;
  readonly serviceMonitor: boolean;
  readonly prometheus: string;
  readonly monitoringNamespace?: string;
}

/** `pons export kubernetes`. */
export function exportKubernetesCommand(version: string): Command {
  const command = new Command('kubernetes').description('write a folder for kubectl apply -k');
  return withExportOptions(command, 'kubernetes', 'the folder')
    .option('--namespace <name>', 'namespace of all objects (default: wherever they are applied)', parseNamespace)
    .option('--keda', 'scale between min_replicas and max_replicas: the cluster has KEDA', false)
    .option('--service-monitor', 'have metrics read: the cluster has the Prometheus operator', false)
    .option(
      '--prometheus <url>',
      'where KEDA asks for the length of queues',
      parseUrl,
      'http://prometheus-operated.monitoring:9090',
    )
    .option(
      '--monitoring-namespace <name>',
      'namespace of the Prometheus that may read metrics (default: that of --prometheus, else monitoring)',
      parseNamespace,
    )
    .action(async (path: string, flags: KubernetesFlags, self: Command) => {
      const plan = planExport(await readExportedProject(path), settingsOf(flags, version));
      const files = buildManifests(plan, {
        namespace: flags.namespace ?? null,
        scaling: scalingOf(flags, self),
        isMonitored: flags.serviceMonitor,
        monitoringNamespace: flags.monitoringNamespace ?? namespaceOf(flags.prometheus),
      });
      const { earlier, removed, notices } = await replaceExport(flags.out, KUBERNETES_EXPORT, plan.label, files);
      const told = [...plan.notices, ...expected(plan, flags), ...notices, perhapsElsewhere(earlier, files)];
      for (const notice of told.filter((one) => one !== null)) writeError(notice);
      for (const path of removed) writeError(`Removed ${join(flags.out, path)}`);
      const left = leftInCluster(earlier, files);
      if (left.length > 0)
        writeError(
          `Not in it any more, and in the cluster until: ${kubectl(namespaceIn(earlier))} delete ${left.join(' ')}`,
        );
      writeLine(`Wrote ${flags.out}`);
    });
}

function scalingOf({ keda, namespace, prometheus }: KubernetesFlags, command: Command): Scaling | null {
  if (!keda) return null;
  if (namespace === undefined) command.error('error: --keda needs --namespace: others may have APIs of the same names');
  return { prometheusUrl: prometheus, namespace };
}

/** What has to be in the cluster before, in commands that show no password to whoever lists processes. */
function expected(plan: ExportPlan, flags: KubernetesFlags): readonly string[] {
  const { redisSecret, dotenvSecret, modelsClaim } = referredBy(plan);
  const { keda, serviceMonitor } = flags;
  const create = `${kubectl(flags.namespace ?? null)} create secret generic`;
  const lines = [
    `The pods need: ${create} ${redisSecret} --from-file=url=FILE, where FILE holds redis://:PASSWORD@HOST:6379/0`,
  ];
  if (plan.project.dotenv !== null) {
    const file = shellWord(join(plan.project.root, '.env'));
    lines.push(`The pods need: ${create} ${dotenvSecret} --from-file=.env=${file}`);
  }
  if (keda) lines.push('The cluster needs: KEDA, and a Prometheus that reads the metrics of the pods');
  if (serviceMonitor) lines.push('The cluster needs: the Prometheus operator');
  if (plan.apis.some(({ mountedModels }) => mountedModels.length > 0)) {
    lines.push(`The pods need: the PersistentVolumeClaim ${modelsClaim}, with the models where the project has them`);
  }
  return lines;
}

function kubectl(namespace: string | null): string {
  return namespace === null ? 'kubectl' : `kubectl -n ${namespace}`;
}

function parseNamespace(text: string): string {
  if (!/^[a-z0-9]([-a-z0-9]{0,61}[a-z0-9])?$/.test(text))
    throw new InvalidArgumentError('It must be lower-case letters, digits and dashes, such as team-a.');
  return text;
}

function parseUrl(text: string): string {
  if (!/^https?:\/\/[^\s"]+$/.test(text) || !URL.canParse(text))
    throw new InvalidArgumentError('It must be a URL, such as http://prometheus.monitoring:9090.');
  return text;
}
