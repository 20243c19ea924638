import { exposeCheckHandle } from './check-handle.ts';
import { takeLink } from './link/take-link.ts';
import { Viewer } from './viewer.ts';
import type { AppContent } from './view/app.tsx';
import './style/base.css';
import './style/page.css';
import './style/status.css';
import './style/narrow.css';

/**
 * The page's first script: only what asks for the picture. The picture's way (offer, answer, path, key frame) is longer
 * than the page's, so the view's code, ten times as large, is fetched meanwhile and run while the path is made.
 */
const taken = takeLink(window);
let content: AppContent;
let free = Promise.resolve();
if (taken.kind === 'link') {
  try {
    const viewer = new Viewer(taken.link);
    exposeCheckHandle(window, viewer);
    free = viewer.start();
    content = { kind: 'viewer', viewer };
  } catch (error) {
    // A browser that lacks what nobody thought of: it is told what to open instead of showing nothing.
    console.error(error);
    content = { kind: 'unsupported' };
  }
} else {
  content = { kind: taken.kind };
}
// Another link in the same tab changes nothing but the fragment, and loads nothing.
window.addEventListener('hashchange', () => window.location.reload());
void free.then(() => import('./view/mount.tsx')).then(({ mount }) => mount(document, content));
