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
  'echo "$(cat settings.py)"',
  'rm -r "$FOLDER"',
  'npm ci',
  'make install',
  'poetry install',
  'python3 - <<END\nimport os\nprint(os.listdir())\nEND',
  'python3 -c "import os; print(os.listdir())"',
  'bash /opt/dependencies.sh',
  '/opt/install',
  'pip install six -r list.txt',
  'pip install six-1.16.0-py3-none-any.whl',
  'PIP_FIND_LINKS=wheels pip install six',
  'PIP_FIND_LINKS=. pip install six',
  'export PIP_FIND_LINKS=.',
  'pip install --find-links=. six',
  'pip install git+file:. six',
  'apt-get install -y ./one.deb',
  'curl -K curl.conf',
  'curl --data @body https://host',
  'apt-get install -y \\\n  $(cat list)',
  'apt-get update && if test -f x; then apt-get install -y libgomp1; fi',
  'echo A=1 >> settings.py',
  'cp -r /mnt /opt/copy',
  'cp -r /m* /opt/copy',
  'cp -r /opt/../mnt/project /opt/copy',
  'tar cz lib',
  'cp a /opt',
  'cat < /opt/x',
  'echo *',
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
  'echo "for $NAME, ${#TOKEN} letters"',
  'rm -rf /var/lib/apt/lists/*',
  'set -euo pipefail\nsudo apt-get -qq -y install --no-install-recommends libgomp1=12.2.0-14 git > /dev/null 2>&1',
  'DEBIAN_FRONTEND=noninteractive apt-get \\\n  install -y \\\n  libgomp1',
  'python3 -m pip install --no-cache-dir -U "torch==1.7.1" numpy>=1.19 -i https://host/simple',
  'pip install git+https://host/scripts/one.git',
  'conda install -y -c conda-forge rdkit',
  'git clone --depth 1 https://host/x /opt/x',
  'curl -sSfL -o /tmp/x.tgz https://host/x.tgz; tar -xzf /tmp/x.tgz -C /opt --strip-components=1; chmod +x /opt/x',
  'wget -qO- https://host/x | tar xz -C /opt',
  '',
  'curl https://host/scripts/setup.sh > /scripts/setup.sh',
]) {
  test(`"${script}" does not`, () => {
    assert.not.ok(reads(script));
  });
}

test.run();
