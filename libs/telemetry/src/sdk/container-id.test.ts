import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import { containerId } from './container-id.js';

const ID = '3b07a2d4c1ef5698a0b1c2d3e4f506172839aabbccddeeff0011223344556677';
const OTHER = 'f'.repeat(64);
const proc = mkdtempSync(join(tmpdir(), 'proc-'));
afterAll(() => rmSync(proc, { recursive: true }));

const mount = (source: string, target: string) =>
  `1010 998 254:1 ${source} ${target} rw,relatime - ext4 /dev/vda1 rw,discard`;

describe('containerId', () => {
  it.each([
    ['Docker, cgroup v1', `12:cpuset:/docker/${ID}\n11:memory:/docker/${ID}\n`, ''],
    ['Docker with systemd', `1:name=systemd:/system.slice/docker-${ID}.scope\n`, ''],
    ['Kubernetes with containerd', `0::/kubepods.slice/kubepods-pod1.slice/cri-containerd-${ID}.scope\n`, ''],
    ['Kubernetes with CRI-O', `0::/kubepods.slice/crio-${ID}.scope\n`, ''],
    ['Kubernetes, cgroup v1', `5:cpu:/kubepods/burstable/pod2c48913c-b29f-11e7-9350-020968147796/${ID}\n`, ''],
    ['Podman', `0::/machine.slice/libpod-${ID}.scope\n`, ''],
    ['ECS on EC2', `3:cpuset:/ecs/55091c13-b8cf-4801-b527-f4601742204d/${ID}\n`, ''],
    ['Docker, cgroup v2', '0::/\n', mount(`/var/lib/docker/containers/${ID}/hostname`, '/etc/hostname')],
    ['Docker, only resolv.conf', '0::/\n', mount(`/var/lib/docker/containers/${ID}/resolv.conf`, '/etc/resolv.conf')],
    [
      'Podman, cgroup v2',
      '0::/\n',
      mount(`/containers/storage/overlay-containers/${ID}/userdata/hostname`, '/etc/hostname'),
    ],
  ])('finds it: %s', (_, cgroup, mountinfo) => {
    writeFileSync(join(proc, 'cgroup'), cgroup);
    writeFileSync(join(proc, 'mountinfo'), `${mount('/', '/')}\n${mountinfo}\n`);
    expect(containerId(proc)).toBe(ID);
  });

  it('finds that of a task on Fargate', () => {
    const task = '06d6ec2d3e8d4ab9bb7f4e4b2f7a6e31-1265575517';
    writeFileSync(join(proc, 'cgroup'), `1:cpuset:/ecs/06d6ec2d3e8d4ab9bb7f4e4b2f7a6e31/${task}\n`);
    expect(containerId(proc)).toBe(task);
  });

  it.each([
    ['a login session', '0::/user.slice/user-1000.slice/session-2.scope\n', ''],
    ['a service', '0::/system.slice/ssh.service\n', mount('/var/lib/x', '/data')],
    ['an id of another length', `0::/docker/${ID}0\n`, mount(`/containers/${ID}0/hostname`, '/etc/hostname')],
    ["other containers' files", '0::/\n', mount(`/var/lib/docker/containers/${OTHER}/hostname`, '/logs/hostname')],
    [
      'a Kubernetes sandbox',
      '0::/\n',
      mount(`/io.containerd.grpc.v1.cri/sandboxes/${OTHER}/hostname`, '/etc/hostname'),
    ],
    ['nothing to read', '', ''],
  ])('finds none in %s', (_, cgroup, mountinfo) => {
    writeFileSync(join(proc, 'cgroup'), cgroup);
    writeFileSync(join(proc, 'mountinfo'), `${mountinfo}\n`);
    expect(containerId(proc)).toBeUndefined();
  });

  it('finds none where there are no such files', () => {
    expect(containerId(join(proc, 'missing'))).toBeUndefined();
  });
});
