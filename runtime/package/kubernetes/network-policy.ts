import type { ExportPlan } from '../exported/plan.ts';
import { GATEWAY } from './gateway-objects.ts';
import { projectSelector, selectorOf } from './metadata.ts';
import type { KubernetesSettings } from './settings.ts';

const PORT = [{ port: 'http', protocol: 'TCP' }];
const NAMESPACE_NAME = 'kubernetes.io/metadata.name';

/** Who may reach whom: everybody the gateway, the pods of the project each other, Prometheus all of them. What they call themselves is not limited. */
export function networkPolicies(plan: ExportPlan, { monitoringNamespace }: KubernetesSettings): readonly object[] {
  const { label } = plan;
  const pods = { podSelector: { matchLabels: projectSelector(label) } };
  const prometheus = { namespaceSelector: { matchLabels: { [NAMESPACE_NAME]: monitoringNamespace } } };
  return [
    policy(`${label}-pods`, projectSelector(label), projectSelector(label), [
      { from: [pods, prometheus], ports: PORT },
    ]),
    policy(`${label}-gateway`, projectSelector(label), selectorOf(plan, GATEWAY), [{ ports: PORT }]),
  ];
}

function policy(name: string, labels: object, selected: object, ingress: readonly object[]): object {
  return {
    apiVersion: 'networking.k8s.io/v1',
    kind: 'NetworkPolicy',
    metadata: { name, labels },
    spec: { podSelector: { matchLabels: selected }, policyTypes: ['Ingress'], ingress },
  };
}
