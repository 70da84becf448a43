import { test } from 'uvu';
import * as assert from 'uvu/assert';
import type { ModelSource } from '../../../runtime/config/spec.ts';
import { planServing } from '../../../runtime/package/exported/serving.ts';
import { makeSpec } from '../../project/support/spec.ts';

function serving(source: ModelSource, files: readonly string[]) {
  const spec = makeSpec({ type: 'tensorflow' });
  const models = {
    ...{ source, signatureKey: null, cacheSize: null, diskCacheSize: null, reloadIntervalMs: 10_000 },
    executionProvider: 'cpu' as const,
  };
  const plan = planServing({ ...spec, predictor: { ...spec.predictor, models } }, files);
  assert.ok(plan);
  return plan;
}

test('an API of another type needs no TensorFlow Serving', () => {
  assert.is(planServing(makeSpec(), []), null);
});

test('one model has the name that Pons asks for, and a folder for its version where it has none', () => {
  const bare = serving({ kind: 'path', path: 'iris' }, ['iris/saved_model.pb', 'iris/variables/variables.index']);
  assert.equal(
    bare.models.map(({ name, mountPath, basePath }) => [name, mountPath, basePath]),
    [['_cortex_default', '/models/_cortex_default/1', '/models/_cortex_default']],
  );
  const versioned = serving({ kind: 'path', path: 'iris' }, ['iris/2/saved_model.pb']);
  assert.is(versioned.models[0]?.mountPath, '/models/_cortex_default');
});

test('named models have their names, those of a folder the names of its folders', () => {
  const paths = [{ name: 'a', path: 'x/one', signatureKey: null }];
  assert.equal(
    serving({ kind: 'paths', paths }, ['x/one/1/saved_model.pb']).models.map(({ name }) => name),
    ['a'],
  );
  const files = ['m/README.md', 'm/b/1/saved_model.pb', 'm/a/saved_model.pb', 'm/a/variables/x', 'mm/c/saved_model.pb'];
  assert.equal(
    serving({ kind: 'dir', dir: 'm' }, files).models.map(({ name }) => name),
    ['a', 'b'],
  );
});

test('the project itself is a place like any other', () => {
  const bare = serving({ kind: 'path', path: '.' }, ['cortex.yaml', 'saved_model.pb']);
  assert.equal([bare.models[0]?.mountPath, bare.models[0]?.isThere], ['/models/_cortex_default/1', true]);
  const { models } = serving({ kind: 'dir', dir: '.' }, ['cortex.yaml', 'a/1/saved_model.pb']);
  assert.equal(
    models.map(({ name, location }) => [name, location]),
    [['a', 'a']],
  );
});

test('models of a bucket are read by the server itself, which is said', () => {
  const { models, config, notices } = serving({ kind: 'path', path: 's3://bucket/iris/' }, []);
  assert.is(models[0]?.isLocal, false);
  assert.match(config, /base_path: "s3:\/\/bucket\/iris"\n/);
  assert.match(notices.join(), /predictor\.tensorflow_serving_image/);
  assert.match(serving({ kind: 'dir', dir: 's3://bucket/all' }, []).notices.join(), /predictor\.models\.paths/);
});

test.run();
