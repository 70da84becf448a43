import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { exported } from '../../support/kubernetes/objects.ts';

test('only the gateway is open to everybody', async () => {
  const policies = (await exported()).filter(({ kind }) => kind === 'NetworkPolicy');
  const open = policies.filter(({ spec }) => spec.ingress.some((rule) => !('from' in rule)));
  assert.equal(
    open.map(({ metadata }) => /gateway$/.test(metadata.name)),
    [true],
  );
});

test('besides the project itself, the Prometheus of the namespace that is named reaches all of it', async () => {
  const [pods] = (await exported()).filter(({ kind }) => kind === 'NetworkPolicy');
  assert.match(JSON.stringify(pods?.spec.ingress), '"kubernetes.io/metadata.name":"observed"');
});

test.run();
