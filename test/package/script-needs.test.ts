import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { mayReadProject } from '../../runtime/package/script-needs.ts';

const PATHS = ['dependencies.sh', 'requirements.txt', 'scripts/setup.sh', 'wheels/six.whl'];
const reads = (script: string) => mayReadProject(script, 'dependencies.sh', PATHS);

for (const script of [
  'bash scripts/setup.sh',
  './scripts/setup.sh',
  'cd wheels && pip install six.whl',
  'pip install -r requirements.txt',
  'pip install *.whl',
  'pip install .',
  'cp /mnt/project/scripts/x /usr',
  'cp $CORTEX_PROJECT_DIR/x /usr',
  'for one in $(ls); do echo $one; done',
  'echo ok; source ./setup.sh',
]) {
  test(`"${script}" may read the project`, () => {
    assert.ok(reads(script));
  });
}

for (const script of [
  'apt-get update && apt-get install -y libgomp1',
  '#!/bin/bash\n# see scripts/setup.sh\ncurl -sS https://host/x | tar xz -C /opt',
  'pip install six==1.16.0',
  'echo "export A=1" >> /etc/profile',
  'bash /opt/dependencies.sh',
  'rm -rf /var/lib/apt/lists/*',
  'curl https://host/scripts/setup.sh > /scripts/setup.sh',
]) {
  test(`"${script}" does not`, () => {
    assert.not.ok(reads(script));
  });
}

test.run();
