import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { ownGroup } from '../../../runtime/predictor/memory/own-group.ts';

const first = '35 31 0:32 / /sys/fs/cgroup/memory rw,relatime - cgroup cgroup rw,memory\n';
const second = '41 31 0:38 / /sys/fs/cgroup rw,nosuid shared:4 - cgroup2 cgroup2 rw,nsdelegate\n';

for (const [what, groups, mounts, expected] of [
  [
    'a machine with version 1',
    '5:devices:/\n4:memory:/user/one\n',
    first,
    { version: 1, dir: '/sys/fs/cgroup/memory/user/one' },
  ],
  [
    'a controller that is mounted with another one',
    '4:hugetlb,memory:/a\n',
    first.replace('rw,memory', 'rw,hugetlb,memory'),
    { version: 1, dir: '/sys/fs/cgroup/memory/a' },
  ],
  [
    'a machine with version 2',
    '0::/user.slice/run-u1.scope\n',
    second,
    { version: 2, dir: '/sys/fs/cgroup/user.slice/run-u1.scope' },
  ],
  [
    'a machine with both, where memory is in version 1',
    '4:memory:/one\n0::/two\n',
    first + second,
    { version: 1, dir: '/sys/fs/cgroup/memory/one' },
  ],
  [
    'a container of version 1, which sees its own group only',
    '4:memory:/docker/abc\n',
    first.replace(' / ', ' /docker/abc '),
    { version: 1, dir: '/sys/fs/cgroup/memory' },
  ],
  ['a container of version 2', '0::/\n', second, { version: 2, dir: '/sys/fs/cgroup/' }],
  [
    'a mount point with a space',
    '0::/a\n',
    second.replace('/sys/fs/cgroup', '/my\\040groups'),
    { version: 2, dir: '/my groups/a' },
  ],
  ['a group that the mount does not show', '4:memory:/other\n', first.replace(' / ', ' /docker/abc '), null],
  ['a machine without control groups', '', '22 27 0:21 / /proc rw - proc proc rw\n', null],
] as const) {
  test(`${what}: its group is found`, () => {
    assert.equal(ownGroup(groups, mounts), expected);
  });
}

test.run();
