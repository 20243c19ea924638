import { StrictMode } from 'react';
import { createRoot } from 'react-dom/client';
import { exposeCheckHandle } from './check-handle.ts';
import { takeLink } from './link/take-link.ts';
import { App, type AppContent } from './view/app.tsx';
import { Viewer } from './viewer.ts';
import './style/base.css';
import './style/page.css';
import './style/status.css';
import './style/narrow.css';

const taken = takeLink(window);
let content: AppContent;
if (taken.kind === 'link') {
  const viewer = new Viewer(taken.link);
  exposeCheckHandle(window, viewer);
  // Before anything is drawn: the picture's way is longer than the page's.
  viewer.start();
  content = { kind: 'viewer', viewer };
} else {
  content = { kind: taken.kind };
}
// Another link in the same tab changes nothing but the fragment, and loads nothing.
window.addEventListener('hashchange', () => window.location.reload());

const root = document.getElementById('app');
if (root !== null) createRoot(root).render(<StrictMode><App content={content} /></StrictMode>);
