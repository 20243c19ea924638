import { existsSync, readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';

/** Names the folder of an installation where it is not to be found from the program's own place. */
export const HOME_VARIABLE = 'SCANLINK_HOME';
/** Lies in an installation, and says of which release it is. */
export const INSTALL_FILE = 'install.json';

/**
 * Where the parts of ScanLink lie: in a source tree, or in an installation (on a box /usr/lib/scanlink; scripts/install-box.ts lays it):
 * install.json, lib/*.js, addons/*.node with the programs that they start, node_modules (native packages), board/, share/, bin/.
 */
export interface Places {
  readonly home: string;
  readonly isInstalled: boolean;
  readonly version: string;
  /** Native addons; the simulated console's decoders lie beside its addon. */
  readonly addonsDir: string;
  /** The board that this machine is; null in a source tree, where there are many. */
  readonly boardFile: string | null;
  /** Boards' folders, EDID presets, console profiles: edid/ and consoles/ lie in it. */
  readonly boardDir: string;
  /** Words of --help. */
  readonly helpDir: string;
  /** Where ./scanlink looks for a box unless told otherwise. */
  readonly dataDir: string;
}

/**
 * @param start a folder inside the tree; the first one upwards that is an installation or a source tree is meant.
 * @throws Error when there is none: the installation is broken.
 */
export function findPlaces(environment: NodeJS.ProcessEnv = process.env, start: string = import.meta.dirname): Places {
  const named = environment[HOME_VARIABLE];
  if (named) return describeInstalled(named);
  for (let folder = start; ; folder = dirname(folder)) {
    if (existsSync(join(folder, INSTALL_FILE))) return describeInstalled(folder);
    if (existsSync(join(folder, 'protocol/package.json')) && existsSync(join(folder, 'package.json'))) return describeSource(folder);
    if (dirname(folder) === folder) throw new Error(`no ${INSTALL_FILE} above ${start}; ${HOME_VARIABLE} may name the installation's folder`);
  }
}

function describeInstalled(home: string): Places {
  return {
    home, isInstalled: true, version: readVersion(join(home, INSTALL_FILE)), addonsDir: join(home, 'addons'), boardFile: join(home, 'board/board.json'),
    boardDir: join(home, 'board'), helpDir: join(home, 'share'), dataDir: '/var/lib/scanlink',
  };
}

function describeSource(home: string): Places {
  return {
    home, isInstalled: false, version: readVersion(join(home, 'package.json')), addonsDir: join(home, 'hal/build/release'), boardFile: null,
    boardDir: join(home, 'board'), helpDir: join(home, 'firmware/src/cli'), dataDir: '.data',
  };
}

function readVersion(file: string): string {
  return String((JSON.parse(readFileSync(file, 'utf8')) as { version: unknown }).version);
}
