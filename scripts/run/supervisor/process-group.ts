import { readdirSync, readFileSync } from 'node:fs';

/**
 * Sends a signal to every process of a group; signal 0 only asks.
 * @returns false when the group is gone.
 */
export function signalGroup(groupId: number, signal: NodeJS.Signals | 0): boolean {
  try {
    process.kill(-groupId, signal);
    return true;
  } catch (error) {
    // EPERM: something of it lives, under another user.
    return (error as NodeJS.ErrnoException).code === 'EPERM';
  }
}

/**
 * Whether anything but zombies lives in the group. A zombie has nothing left to do, and one whose parent does not
 * wait for it (a container without an init) would stay for ever.
 * Source: proc(5), /proc/PID/stat: state is field 3, pgrp field 5.
 */
export function groupLives(groupId: number): boolean {
  if (!signalGroup(groupId, 0)) return false;
  for (const entry of readdirSync('/proc')) {
    if (!/^\d+$/.test(entry)) continue;
    try {
      const stat = readFileSync(`/proc/${entry}/stat`, 'latin1');
      const [state, , group] = stat.slice(stat.lastIndexOf(')') + 2).split(' ');
      if (Number(group) === groupId && state !== 'Z' && state !== 'X') return true;
    } catch {
      // ended while we looked
    }
  }
  return false;
}
