import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { withGateway } from '../support/gateway.ts';

const offers = [{ name: 'iris' }, { name: 'other', endpoint: '/v1/other' }];
const kind = 'AsyncAPI';
const state = 'live';

test('the APIs are listed with where they are', async () => {
  await withGateway({ offers }, async ({ url }) => {
    const apis = [
      { name: 'iris', kind, endpoint: '/iris', state },
      { name: 'other', kind, endpoint: '/v1/other', state },
    ];
    assert.equal(await (await fetch(url)).json(), { apis });
  });
});

test('a process that takes no requests lists whose predictors it runs, which are nowhere here', async () => {
  await withGateway({ offers, takes: 'no workloads' }, async ({ url }) => {
    const apis = offers.map(({ name }) => ({ name, kind, endpoint: null, state }));
    assert.equal(await (await fetch(url)).json(), { apis });
  });
});

test.run();
