import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { completeNext, withGateway } from './support/gateway.ts';

const JSON_TYPE = { 'content-type': 'application/json' };

test('a submitted workload is known by its id until its result can be fetched', async () => {
  await withGateway({}, async ({ url, store }) => {
    const submitted = await fetch(`${url}/iris`, { method: 'POST', body: '{"a": 1}', headers: JSON_TYPE });
    assert.is(submitted.status, 200);
    assert.is(submitted.headers.get('content-type'), 'application/json');
    const { id } = (await submitted.json()) as { id: string };
    assert.match(id, /^[0-9a-f]{8}-[0-9a-f]{4}-7[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/);

    const queued = await fetch(`${url}/iris/${id}`);
    assert.is(await queued.text(), `{"id":"${id}","status":"in_queue"}`);

    await completeNext(store, 'iris', '{"label":  "setosa"}');
    const completed = await fetch(`${url}/iris/${id}`);
    assert.match(
      await completed.text(),
      /^\{"id":"[^"]+","status":"completed","result":\{"label": {2}"setosa"\},"timestamp":"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}\+00:00"\}$/,
    );
  });
});

test.run();
