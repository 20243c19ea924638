import { writeFileSync } from 'node:fs';
import { renderErrorsDoc } from '../protocol/src/errors/render-doc.ts';
import { renderBoardsDoc } from '../board/src/render-doc.ts';
import { renderConfigDoc } from '../firmware/src/config/render-doc.ts';
import { readLock, renderThirdParty } from './docs/third-party.ts';

// Writes the documents that are made from code; tests compare them.
const docs = new URL('../docs/', import.meta.url);
writeFileSync(new URL('ERRORS.md', docs), renderErrorsDoc());
writeFileSync(new URL('BOARDS.md', docs), renderBoardsDoc());
writeFileSync(new URL('CONFIG.md', docs), renderConfigDoc());
writeFileSync(new URL('../THIRD-PARTY.md', docs), renderThirdParty(readLock()));
