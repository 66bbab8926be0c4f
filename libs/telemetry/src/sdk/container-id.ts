import { readFileSync } from 'node:fs';

/** The last part of a control group's path: Docker, containerd, CRI-O, Podman and ECS, with systemd or without. */
const IN_CGROUP = /(?:^|[/:-])([0-9a-f]{64}|[0-9a-f]{32}-\d+)(?:\.scope)?$/;

/**
 * Where the files come from that a container engine mounts over these three. Not any mount: a container may well be
 * given the directories of others. A Kubernetes sandbox is left out, it is not the container.
 */
const IN_MOUNT = /\/(?:overlay-)?containers\/([0-9a-f]{64})\/\S* \/etc\/(?:hostname|hosts|resolv\.conf) /;

/**
 * The id of the container that this process runs in, by its control group (version 1, or 2 as the host sees it) or by
 * its mounts (version 2 as the container sees it); `undefined` outside one.
 *
 * @param proc the process's own directory, `/proc/self`
 */
export function containerId(proc = '/proc/self'): string | undefined {
  return firstMatch(`${proc}/cgroup`, IN_CGROUP) ?? firstMatch(`${proc}/mountinfo`, IN_MOUNT);
}

function firstMatch(path: string, pattern: RegExp): string | undefined {
  for (const line of read(path).split('\n')) {
    const id = pattern.exec(line)?.[1];
    if (id) return id;
  }
  return undefined;
}

/** Empty where there is no such file: only Linux has it. */
function read(path: string): string {
  try {
    return readFileSync(path, 'utf8');
  } catch {
    return '';
  }
}
