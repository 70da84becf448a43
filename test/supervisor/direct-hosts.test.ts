import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { reachDirectly } from '../../runtime/supervisor/direct-hosts.ts';

test('without a proxy nothing changes', () => {
  const environment = { PATH: '/bin', no_proxy: 'a' };
  assert.is(reachDirectly(environment, ['api-iris']), environment);
});

test('the names of APIs are added to what goes past the proxy, in both spellings', () => {
  const environment = reachDirectly({ http_proxy: 'http://proxy:3128', no_proxy: 'localhost' }, [
    'api-iris',
    'api-text',
  ]);
  assert.is(environment['no_proxy'], 'localhost,api-iris,api-text');
  assert.is(environment['NO_PROXY'], 'api-iris,api-text');
});

test.run();
