import { execFileSync } from 'node:child_process';
import { chmodSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { ROOT } from '../support/containers/images.ts';
import { makeProject } from '../support/project.ts';

const PROGRAM = `
import json, sys
sys.path.insert(0, sys.argv[1])
import sbom
sbom.OS_RELEASE = sys.argv[2]
print(json.dumps([one["purl"] for one in sbom.debian_components()]))
`;
const DPKG = `#!/bin/sh
printf 'ii \\tlibc6\\t2.36-9+deb12u9\\tamd64\\nii \\tg++\\t4:12.2.0-3\\tamd64\\nii \\ttzdata\\t2024a~1\\tall\\nrc \\tgone\\t1.0\\tamd64\\nun \\tnever\\t\\t\\nhi \\theld\\t2.0\\tamd64\\niW \\tnew\\t3.0\\tall\\nri \\tleaving\\t4.0\\tall\\n'
`;
const python = execFileSync('python3', ['-c', 'import sys; print(sys.executable)'], { encoding: 'utf8' }).trim();

/** The package URLs of what dpkg lists, on a system that says this of itself. */
function purlsOn(release: string): string[] {
  const folder = makeProject({ 'dpkg-query': DPKG, 'os-release': release });
  chmodSync(join(folder, 'dpkg-query'), 0o755);
  const args = ['-B', '-c', PROGRAM, join(ROOT, 'runtime/package/layer'), join(folder, 'os-release')];
  return JSON.parse(execFileSync(python, args, { env: { PATH: `${folder}:/bin` }, encoding: 'utf8' })) as string[];
}

test('what is installed, on hold or not, is told with its distribution, epochs and signs encoded, and nothing that was removed', () => {
  assert.equal(purlsOn('PRETTY_NAME="Debian GNU/Linux 12"\nID=debian\nVERSION_ID="12"\n'), [
    'pkg:deb/debian/libc6@2.36-9%2Bdeb12u9?arch=amd64&distro=debian-12',
    'pkg:deb/debian/g%2B%2B@4%3A12.2.0-3?arch=amd64&distro=debian-12',
    'pkg:deb/debian/tzdata@2024a~1?arch=all&distro=debian-12',
    'pkg:deb/debian/held@2.0?arch=amd64&distro=debian-12',
    'pkg:deb/debian/new@3.0?arch=all&distro=debian-12',
    'pkg:deb/debian/leaving@4.0?arch=all&distro=debian-12',
  ]);
});

test('the images of another distribution say so', () => {
  const [first] = purlsOn("ID='ubuntu'\nVERSION_ID='22.04'\n");
  assert.is(first, 'pkg:deb/ubuntu/libc6@2.36-9%2Bdeb12u9?arch=amd64&distro=ubuntu-22.04');
});

test('a system that says nothing of itself is taken for Debian', () => {
  assert.is(purlsOn('')[0], 'pkg:deb/debian/libc6@2.36-9%2Bdeb12u9?arch=amd64&distro=debian');
});

test.run();
